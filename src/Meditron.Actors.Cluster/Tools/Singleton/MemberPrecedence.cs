namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>Which of two members the singleton prefers: the older one, or the one with the newer application where versions count.</summary>
internal sealed class MemberPrecedence(string role, bool considerAppVersion) : IComparer<Member>
{
    public bool VersionsCount => considerAppVersion;

    /// <summary>Whether the singleton may ever run on a member: it has the role, and has been Up.</summary>
    public bool Counts(Member member) => member.UpNumber != Member.NeverUp && (role.Length == 0 || member.HasRole(role));

    /// <summary>Whether a member is one that keeps the singleton from those after it: one that goes, or is thought dead, does not.</summary>
    public static bool IsPresent(Member member) => member.Status is MemberStatus.Up or MemberStatus.Leaving;

    /// <summary>The member that the singleton should be on, or null.</summary>
    public Member? First(IEnumerable<Member> members) => members.Where(m => Counts(m) && IsPresent(m)).Order(this).FirstOrDefault();

    public int Compare(Member? x, Member? y)
    {
        if (considerAppVersion && x is not null && y is not null)
        {
            var newerFirst = y.AppVersion.CompareTo(x.AppVersion);
            if (newerFirst != 0)
            {
                return newerFirst;
            }
        }

        return Member.AgeOrdering.Compare(x, y);
    }
}
