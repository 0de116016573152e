using Microsoft.Data.Sqlite;

namespace Meditron.ActorNode.Driver;

/// <summary>One write of a singleton.</summary>
/// <param name="Owner">The address of its node.</param>
/// <param name="Incarnation">The node's incarnation.</param>
/// <param name="Counter">The token's counter after it.</param>
/// <param name="What">start, beat or stop.</param>
/// <param name="Held">Whether it was the owner's own token that it wrote under; always true of a start.</param>
public sealed record TokenWrite(string Owner, int Incarnation, long Counter, string What, bool Held);

/// <summary>What singletons have written to the table of the token, and whether there were ever two at once.</summary>
public static class TokenHistory
{
    /// <summary>Reads all writes, in the order in which they were committed.</summary>
    public static IReadOnlyList<TokenWrite> Read(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False;Default Timeout=30");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT owner, incarnation, counter, what, held FROM history ORDER BY ordering";
        using var reader = command.ExecuteReader();
        var writes = new List<TokenWrite>();
        while (reader.Read())
        {
            writes.Add(new TokenWrite(reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetString(3), reader.GetBoolean(4)));
        }

        return writes;
    }

    /// <summary>Whether anybody is in the middle of a write.</summary>
    public static bool IsLocked(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False;Default Timeout=1");
        connection.Open();
        try
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            return false;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == 5)
        {
            return true;
        }
    }

    /// <summary>Finds the first place where two singletons were alive at once, in words; null if there is none.</summary>
    /// <remarks>
    /// A singleton may start only after the one before has said that it stopped, and then the other may write no more. Of one whose process was
    /// ended or stopped by force no word is expected; one that was stopped may try to write when it is continued, but must be refused.
    /// </remarks>
    /// <param name="writes">The history.</param>
    /// <param name="ended">Incarnations whose process was ended or stopped by force.</param>
    public static string? FindTwoAtOnce(IReadOnlyList<TokenWrite> writes, IReadOnlyCollection<int> ended)
    {
        ArgumentNullException.ThrowIfNull(writes);
        ArgumentNullException.ThrowIfNull(ended);
        TokenWrite? alive = null;
        for (var i = 0; i < writes.Count; i++)
        {
            var write = writes[i];
            if (write.What == "start")
            {
                if (alive is not null && !ended.Contains(alive.Incarnation))
                {
                    return $"write {i}: {write} while {alive.Owner} is alive";
                }

                alive = write;
            }
            else if (write.Held && write.Incarnation == alive?.Incarnation)
            {
                alive = write.What == "stop" ? null : alive;
            }
            else if (write.Held || !ended.Contains(write.Incarnation))
            {
                return $"write {i}: {write} while {alive?.Owner ?? "nobody"} holds the token";
            }

            if (write.Counter != (i == 0 ? 1 : writes[i - 1].Counter + (write.Held ? 1 : 0)))
            {
                return $"write {i}: {write} does not follow {(i == 0 ? "nothing" : writes[i - 1])}";
            }
        }

        return null;
    }
}
