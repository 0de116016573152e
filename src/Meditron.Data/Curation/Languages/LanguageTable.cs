namespace Meditron.Data.Curation.Languages;

/// <summary>
/// The commonest words of sixteen languages written in Latin letters, in order of frequency: the function words first, then words that medical texts are
/// full of. The identifier derives its trigram profiles from them.
/// </summary>
internal static class LanguageTable
{
    /// <summary>Language code and words; English is first.</summary>
    public static readonly (string Code, string Words)[] Languages =
    [
        ("en", "the of and to in a is that for it with as was on are be by this from or at which an have not were but has their can who you more will been other "
            + "may if when one all there such these they his her also than into only some no its two had between after most we during should about over out up "
            + "your how what through both each many any used use people patients patient treatment disease study health blood cells cell children symptoms "
            + "cancer clinical effects results age body heart women care risk medical therapy group high increased associated common condition conditions often "
            + "because does time first known usually help need signs called information years different same while well however those without"),
        ("fr", "de la le et les des en un une du dans est que pour qui par sur au avec il plus ne se pas ce sont ou son aux elle cette comme ont être mais leur "
            + "sa ses nous vous je deux après très fait entre sous sans peut ces on même où été chez lors ainsi dont afin patients traitement maladie étude "
            + "santé sang cellules enfants symptômes malade résultats cas femmes risque soins médecin aussi tout tous toutes faire avoir depuis pendant"),
        ("de", "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am "
            + "sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man kann können wurde wurden sein ihre diese dieser sehr "
            + "patienten behandlung krankheit studie gesundheit blut zellen kinder symptome ergebnisse frauen risiko therapie zwischen unter gegen ohne wenn"),
        ("es", "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este sí porque esta entre cuando muy sin sobre "
            + "también me hasta hay donde quien desde todo nos durante todos uno les ni contra otros ese eso ante ellos puede pueden ser fue son está "
            + "pacientes tratamiento enfermedad estudio salud sangre células niños síntomas resultados mujeres riesgo años según cada después años"),
        ("it", "di e il la che in a per un è non una del i le da si con della sono al dei come nel alla più gli ha anche delle ma lo dal se o ed su questo "
            + "nella dopo essere ad tra stato loro sua suo quando ai hanno ci fra molto può possono cui degli dalla negli tutti "
            + "pazienti trattamento malattia studio salute sangue cellule bambini sintomi risultati donne rischio terapia anni senza ogni questa"),
        ("pt", "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está "
            + "eu também só pelo pela até isso ela entre era depois sem mesmo aos ter seus quem nas me esse eles são pode podem foram "
            + "pacientes tratamento doença estudo saúde sangue células crianças sintomas resultados mulheres risco anos após sobre durante através"),
        ("nl", "de van het een en in is dat op te zijn met voor niet die aan er om ook als dan maar bij of uit nog worden door naar heeft hij ze wordt tot je "
            + "over zich hebben kan geen deze meer haar wel onder werd waren kunnen tegen tussen na zoals omdat deze dit mensen "
            + "patiënten behandeling ziekte onderzoek gezondheid bloed cellen kinderen symptomen resultaten vrouwen risico jaar zonder andere vaak"),
        ("sv", "och i att det som en på är av för med den till inte har de ett om var men sig så från vid kan när man under också efter eller nu sin där mot ska "
            + "skulle kunna vara över än alla andra mycket denna dessa detta bli blir mellan hos "
            + "patienter behandling sjukdom studie hälsa blod celler barn symtom resultat kvinnor risk år utan många genom inom"),
        ("da", "og i at det er en til af på for med den der som de ikke har et om var men sig fra han vi kan jeg så ved skal vil være efter eller også blev "
            + "nu over mod under end da når hvor mellem denne dette disse blive bliver hos kunne "
            + "patienter behandling sygdom studie sundhed blod celler børn symptomer resultater kvinder risiko år uden mange gennem"),
        ("pl", "w i na z się nie do to jest że o jak po od za co ale przez przy dla są ich oraz lub być może jego który która które tym także tylko gdy już pod "
            + "tego czy ze został było była był bardzo między bez można jako "
            + "pacjentów leczenie choroby badania zdrowie krwi komórek dzieci objawy wyniki kobiet ryzyko lat u chorych jednak"),
        ("cs", "a v se na je že o s z do i to k ve pro za by ale si po jako jsou od které který která při nebo tak také jeho již až být může bylo byl byla "
            + "mezi bez podle než jen jejich však této "
            + "pacientů léčba nemoci studie zdraví krve buněk dětí příznaky výsledky žen riziko let u onemocnění"),
        ("ro", "de și în a la cu pe din că este un o care nu pentru mai se sau ca prin sunt al ale au fi fost dar după între ce lui lor această acest poate "
            + "fără când sub foarte astfel cele cel "
            + "pacienți tratament boala studiu sănătate sânge celule copii simptome rezultate femei risc ani pacienților tratamentul"),
        ("hu", "a az és hogy nem is egy ez meg van de csak ha már vagy el mint még volt ki azt lehet be után között ezt kell fel minden több olyan "
            + "nagyon ami aki amely által során valamint esetén "
            + "betegek kezelés betegség vizsgálat egészség vér sejtek gyermekek tünetek eredmények nők kockázat év betegség"),
        ("fi", "ja on ei että se oli hän mutta joka ovat kun myös tai niin kuin sen jos olla voi jonka mukaan ole vain sekä jälkeen kanssa noin "
            + "tämä tämän nyt kaikki ovat joita voidaan "
            + "potilaat potilaiden hoito sairaus tutkimus terveys veri solut lapset oireet tulokset naiset riski vuotta hoidon"),
        ("tr", "ve bir bu için ile da de olarak çok olan daha gibi en kadar ne o sonra her ama veya ya değil ise göre tarafından olduğu içinde olur "
            + "vardır arasında nedeniyle üzerinde "
            + "hastalar hastaların tedavi hastalık çalışma sağlık kan hücre çocuk belirtiler sonuçlar kadın risk yıl tedavisi"),
        ("id", "yang dan di untuk dengan pada dari ini adalah dalam tidak itu atau oleh sebagai akan juga dapat karena tersebut ada bisa lebih telah "
            + "mereka kepada secara antara setelah seperti bahwa saat "
            + "pasien pengobatan penyakit penelitian kesehatan darah sel anak gejala hasil wanita risiko tahun terhadap merupakan"),
    ];
}
