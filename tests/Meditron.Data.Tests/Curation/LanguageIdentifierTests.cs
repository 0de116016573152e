using Meditron.Data.Curation;
using Meditron.Data.Curation.Filters;
using Meditron.Data.Curation.Languages;
using Meditron.Data.Curation.Settings;
using Meditron.Testing;

namespace Meditron.Data.Tests.Curation;

public class LanguageIdentifierTests
{
    [Theory]
    [InlineData("en", "Patients with acute kidney injury were randomised to early or late dialysis; mortality at 90 days did not differ between the groups.")]
    [InlineData("en", "Drink plenty of water, rest, and see your doctor if the fever lasts for more than three days.")]
    [InlineData("de", "Bei Patienten mit akutem Nierenversagen wurde untersucht, ob eine frühe Dialyse die Sterblichkeit im Vergleich zu einer späten senkt.")]
    [InlineData("fr", "Les patients atteints d'une insuffisance rénale aiguë ont été répartis en deux groupes selon le début de la dialyse.")]
    [InlineData("es", "Los pacientes con insuficiencia renal aguda fueron asignados al azar a diálisis temprana o tardía durante el ingreso.")]
    [InlineData("it", "I pazienti con insufficienza renale acuta sono stati assegnati in modo casuale alla dialisi precoce o tardiva.")]
    [InlineData("pt", "Os pacientes com insuficiência renal aguda foram distribuídos aleatoriamente para diálise precoce ou tardia.")]
    [InlineData("nl", "Patiënten met acuut nierfalen werden willekeurig toegewezen aan vroege of late dialyse, en het verschil was niet groot.")]
    [InlineData("pl", "Pacjenci z ostrą niewydolnością nerek zostali losowo przydzieleni do wczesnej lub późnej dializy.")]
    [InlineData("sv", "Patienter med akut njursvikt lottades till tidig eller sen dialys och det var ingen skillnad i dödlighet mellan grupperna.")]
    [InlineData("ru", "Пациенты с острой почечной недостаточностью были рандомизированы на ранний или поздний диализ.")]
    [InlineData("zh", "急性肾损伤患者被随机分配到早期或晚期透析组,两组死亡率没有差异。")]
    [InlineData("ja", "急性腎障害の患者は早期または晩期の透析に無作為に割り付けられた。")]
    [InlineData("ar", "تم توزيع المرضى المصابين بفشل كلوي حاد عشوائيا على غسيل الكلى المبكر أو المتأخر.")]
    public void Sentences_are_told_apart(string language, string text)
    {
        Assert.Equal(language, LanguageIdentifier.Identify(text).Language);
    }

    [Theory]
    [InlineData("Amoxicillin 500 mg, clarithromycin 500 mg, omeprazole 20 mg, metronidazole 400 mg, bismuth subsalicylate 525 mg, tetracycline 500 mg")]
    [InlineData("Staphylococcus aureus, Streptococcus pneumoniae, Escherichia coli, Klebsiella pneumoniae, Pseudomonas aeruginosa, Enterococcus faecalis")]
    [InlineData("TGF-β and IL-1β raise NF-κB; α-synuclein, β-amyloid and γ-secretase are measured in μg/ml with the assay")]
    public void Lists_of_terms_are_not_taken_for_another_language(string text)
    {
        var filter = new LanguageFilter(new LanguageSettings());

        Assert.True(filter.Apply(new CorpusDocument { Id = "1", Subset = "s", Text = text }).IsKept);
    }

    [Fact]
    public void Text_without_letters_is_undetermined()
    {
        Assert.Equal("und", LanguageIdentifier.Identify("12.5 (3.4-7.8) 99%").Language);
    }

    [SkippableFact]
    public void Real_english_medicine_is_english()
    {
        var path = RepositoryPaths.SharedFile("data", "medquad", "medquad.jsonl");
        Skip.If(path is null, "the shared data are not there");
        var filter = new LanguageFilter(new LanguageSettings());
        var documents = 0;
        var dropped = new List<string>();
        foreach (var line in File.ReadLines(path).Take(4000))
        {
            using var json = System.Text.Json.JsonDocument.Parse(line);
            var text = json.RootElement.GetProperty("answer").GetString()!;
            documents++;
            if (!filter.Apply(new CorpusDocument { Id = "1", Subset = "s", Text = text }).IsKept)
            {
                dropped.Add(text[..Math.Min(200, text.Length)]);
            }
        }

        Assert.True(dropped.Count <= documents / 500, $"{dropped.Count} of {documents}: {string.Join("\n", dropped.Take(5))}");
    }
}
