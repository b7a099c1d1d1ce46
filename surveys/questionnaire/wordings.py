"""What respondents read, in their own language: the wordings shipped with the question types.

Data, not gettext: a survey is read in the respondent's language, whatever the staff's is, and may be worded
anew per question. NPS and CES 2.0 follow the published English wording; the Finnish and Swedish are field
wordings, not psychometrically validated. `fi-formal` is teitittely; a text without it serves both. `{company}`
stands in the nominative, as a name cannot be inflected.
"""

from collections.abc import Mapping

LANGUAGES = ("fi", "sv", "en")
FORMAL = "fi-formal"

Texts = Mapping[str, str]


def reading(texts: Texts, *, language: str, formal: bool = False) -> str:
    """The text in `language` (fi, sv, en), formal where there is such a form; English where nothing fits."""
    if formal and language == "fi" and FORMAL in texts:
        return texts[FORMAL]
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


NPS_CONTACT: Texts = {
    "fi": "Kuinka todennäköisesti suosittelisit meitä ystävällesi tai kollegallesi tämän asioinnin perusteella?",
    "fi-formal": "Kuinka todennäköisesti suosittelisitte meitä ystävällenne tai kollegallenne tämän asioinnin "
    "perusteella?",
    "sv": "Hur sannolikt är det, utifrån den här kontakten, att du skulle rekommendera oss till en vän eller kollega?",
    "en": "Based on this contact, how likely are you to recommend us to a friend or colleague?",
}
NPS_RELATIONSHIP: Texts = {
    "fi": "Kuinka todennäköisesti suosittelisit meitä ystävällesi tai kollegallesi?",
    "fi-formal": "Kuinka todennäköisesti suosittelisitte meitä ystävällenne tai kollegallenne?",
    "sv": "Hur sannolikt är det att du skulle rekommendera oss till en vän eller kollega?",
    "en": "How likely are you to recommend us to a friend or colleague?",
}
LIKELY: tuple[Texts, Texts] = (
    {"fi": "En lainkaan", "sv": "Inte alls", "en": "Not at all"},
    {"fi": "Erittäin todennäköisesti", "sv": "Mycket sannolikt", "en": "Extremely likely"},
)
CES: Texts = {
    "fi": "{company} teki asiani hoitamisesta helppoa.",
    "sv": "{company} gjorde det lätt för mig att sköta mitt ärende.",
    "en": "{company} made it easy for me to handle my issue.",
}
AGREE: tuple[Texts, Texts] = (
    {"fi": "Täysin eri mieltä", "sv": "Instämmer inte alls", "en": "Strongly disagree"},
    {"fi": "Täysin samaa mieltä", "sv": "Instämmer helt", "en": "Strongly agree"},
)
EFFORT: Texts = {
    "fi": "Kuinka paljon vaivaa jouduit näkemään saadaksesi asiasi hoidettua?",
    "fi-formal": "Kuinka paljon vaivaa jouduitte näkemään saadaksenne asianne hoidettua?",
    "sv": "Hur mycket möda krävdes av dig för att få ditt ärende skött?",
    "en": "How much effort did you personally have to put forth to handle your issue?",
}
EFFORT_ENDS: tuple[Texts, Texts] = (
    {"fi": "Hyvin vähän", "sv": "Väldigt lite", "en": "Very little"},
    {"fi": "Hyvin paljon", "sv": "Väldigt mycket", "en": "Very much"},
)
FCR: Texts = {
    "fi": "Saitko asiasi hoidettua?",
    "fi-formal": "Saitteko asianne hoidettua?",
    "sv": "Fick du ditt ärende skött?",
    "en": "Was your issue resolved?",
}
FCR_OPTIONS: Mapping[str, Texts] = {
    "first": {
        "fi": "Kyllä, ensimmäisellä yhteydenotolla",
        "sv": "Ja, vid första kontakten",
        "en": "Yes, at first contact",
    },
    "later": {
        "fi": "Kyllä, useamman yhteydenoton jälkeen",
        "sv": "Ja, efter flera kontakter",
        "en": "Yes, after several contacts",
    },
    "partly": {"fi": "Osittain", "sv": "Delvis", "en": "Partly"},
    "no": {"fi": "En", "sv": "Nej", "en": "No"},
    "too_early": {"fi": "En tiedä vielä", "sv": "Vet inte än", "en": "Too early to say"},
}
EXPECTED: Texts = {
    "fi": "Hoidettiinko asiasi odottamallasi tavalla?",
    "fi-formal": "Hoidettiinko asianne odottamallanne tavalla?",
    "sv": "Sköttes ärendet som du hade väntat dig?",
    "en": "Was it handled as you expected?",
}
IT_WAS: Mapping[str, Texts] = {
    "yes": {"fi": "Kyllä", "sv": "Ja", "en": "Yes"},
    "partly": {"fi": "Osittain", "sv": "Delvis", "en": "Partly"},
    "no": {"fi": "Ei", "sv": "Nej", "en": "No"},
}
I_WAS: Mapping[str, Texts] = {**IT_WAS, "no": {"fi": "En", "sv": "Nej", "en": "No"}}
CSAT: Texts = {
    "fi": "Kuinka tyytyväinen olet saamaasi palveluun?",
    "fi-formal": "Kuinka tyytyväinen olette saamaanne palveluun?",
    "sv": "Hur nöjd är du med servicen du fick?",
    "en": "How satisfied are you with the service you received?",
}
SATISFIED: tuple[Texts, Texts] = (
    {"fi": "Erittäin tyytymätön", "sv": "Mycket missnöjd", "en": "Very dissatisfied"},
    {"fi": "Erittäin tyytyväinen", "sv": "Mycket nöjd", "en": "Very satisfied"},
)
EXPECTATION: Texts = {
    "fi": "Millainen kokemus oli odotuksiisi verrattuna?",
    "fi-formal": "Millainen kokemus oli odotuksiinne verrattuna?",
    "sv": "Hur var upplevelsen jämfört med dina förväntningar?",
    "en": "How did it compare with what you expected?",
}
EXPECTATION_OPTIONS: Mapping[str, Texts] = {
    "worse": {"fi": "Huonompi", "sv": "Sämre", "en": "Worse"},
    "as_expected": {"fi": "Odotusten mukainen", "sv": "Som väntat", "en": "As expected"},
    "better": {"fi": "Parempi", "sv": "Bättre", "en": "Better"},
}
EMOTION: Texts = {
    "fi": "Millainen tunne asioinnista jäi?",
    "sv": "Hur kände du dig efteråt?",
    "en": "How did it leave you feeling?",
}
EMOTION_OPTIONS: Mapping[str, Texts] = {
    "pleased": {"fi": "Ilahtunut", "sv": "Glad", "en": "Pleased"},
    "valued": {"fi": "Arvostettu", "sv": "Uppskattad", "en": "Valued"},
    "reassured": {"fi": "Luottavainen", "sv": "Trygg", "en": "Reassured"},
    "nothing": {"fi": "Ei erityistä tunnetta", "sv": "Ingen särskild känsla", "en": "Nothing particular"},
    "unsure": {"fi": "Epävarma", "sv": "Osäker", "en": "Unsure"},
    "disappointed": {"fi": "Pettynyt", "sv": "Besviken", "en": "Disappointed"},
    "frustrated": {"fi": "Turhautunut", "sv": "Frustrerad", "en": "Frustrated"},
}
CX3D_EFFECTIVENESS: Texts = {
    "fi": "Sain, mitä tarvitsin.",
    "sv": "Jag fick det jag behövde.",
    "en": "I got what I needed.",
}
CX3D_EASE: Texts = {"fi": "Asiointi oli helppoa.", "sv": "Det var lätt att sköta ärendet.", "en": "It was easy."}
CX3D_EMOTION: Texts = {
    "fi": "Asioinnista jäi hyvä tunne.",
    "sv": "Det lämnade en bra känsla.",
    "en": "It left me feeling good.",
}
HEARD: Texts = {
    "fi": "Tulitko kuulluksi?",
    "fi-formal": "Tulitteko kuulluksi?",
    "sv": "Blev du lyssnad på?",
    "en": "Did you feel heard?",
}
IMPORTANCE: Texts = {
    "fi": "Kuinka tärkeää sinulle on, että tämä sujuu hyvin?",
    "fi-formal": "Kuinka tärkeää teille on, että tämä sujuu hyvin?",
    "sv": "Hur viktigt är det för dig att det här fungerar bra?",
    "en": "How important is it to you that this goes well?",
}
IMPORTANT: tuple[Texts, Texts] = (
    {"fi": "Ei lainkaan", "sv": "Inte alls", "en": "Not at all"},
    {"fi": "Erittäin tärkeää", "sv": "Mycket viktigt", "en": "Extremely important"},
)
PROMISE_KEPT: Texts = {
    "fi": "Lupasimme: ”{promise}” Pidimmekö lupauksemme?",
    "sv": "Vi lovade: ”{promise}” Höll vi vad vi lovade?",
    "en": "We promised: “{promise}” Did we keep it?",
}
PROMISE_OPTIONS: Mapping[str, Texts] = {
    **IT_WAS,
    "no": {"fi": "Ei", "sv": "Nej", "en": "No"},
    "cant_say": {"fi": "En osaa sanoa", "sv": "Kan inte säga", "en": "Can't say"},
}
FIXED: Texts = {"fi": "Korjasimmeko asian?", "sv": "Fick vi det ordnat?", "en": "Did we put it right?"}
BENEFIT: Texts = {
    "fi": "Kuinka paljon hyötyä palvelusta oli sinulle?",
    "fi-formal": "Kuinka paljon hyötyä palvelusta oli teille?",
    "sv": "Hur stor nytta hade du av tjänsten?",
    "en": "How much did you get out of it?",
}
BENEFIT_ENDS: tuple[Texts, Texts] = (
    {"fi": "Ei lainkaan", "sv": "Ingen alls", "en": "Nothing at all"},
    {"fi": "Erittäin paljon", "sv": "Mycket stor", "en": "A great deal"},
)
SACRIFICE: Texts = {
    "fi": "Kuinka paljon rahaa, aikaa tai vaivaa se vaati sinulta?",
    "fi-formal": "Kuinka paljon rahaa, aikaa tai vaivaa se vaati teiltä?",
    "sv": "Hur mycket pengar, tid eller besvär krävde det av dig?",
    "en": "How much money, time or effort did it take from you?",
}
SACRIFICE_ENDS: tuple[Texts, Texts] = (
    {"fi": "Ei lainkaan", "sv": "Inget alls", "en": "None at all"},
    {"fi": "Erittäin paljon", "sv": "Väldigt mycket", "en": "A great deal"},
)

REASON: Texts = {
    "fi": "Haluatko kertoa lisää?",
    "fi-formal": "Haluatteko kertoa lisää?",
    "sv": "Vill du berätta mer?",
    "en": "Would you like to tell us more?",
}
REASON_PROMOTER: Texts = {
    "fi": "Mukava kuulla! Missä onnistuimme parhaiten?",
    "sv": "Roligt att höra! Vad lyckades vi bäst med?",
    "en": "Good to hear! What did we do best?",
}
REASON_PASSIVE: Texts = {
    "fi": "Mikä tekisi kokemuksestasi vielä paremman?",
    "fi-formal": "Mikä tekisi kokemuksestanne vielä paremman?",
    "sv": "Vad skulle göra upplevelsen ännu bättre?",
    "en": "What would make it even better?",
}
REASON_DETRACTOR: Texts = {
    "fi": "Kiitos rehellisyydestä. Mikä jäi vaivaamaan?",
    "sv": "Tack för ditt ärliga svar. Vad blev inte bra?",
    "en": "Thank you for being honest. What let you down?",
}
REASONS: Mapping[str, Texts] = {
    "promoter": REASON_PROMOTER,
    "passive": REASON_PASSIVE,
    "detractor": REASON_DETRACTOR,
}
WISH: Texts = {
    "fi": "Mikä olisi sinusta paras ratkaisu?",
    "fi-formal": "Mikä olisi teistä paras ratkaisu?",
    "sv": "Vilken lösning vore bäst för dig?",
    "en": "What would put it right?",
}

SEND: Texts = {"fi": "Lähetä", "sv": "Skicka", "en": "Send"}
SKIP: Texts = {"fi": "Ohita", "sv": "Hoppa över", "en": "Skip"}
BACK: Texts = {"fi": "Takaisin", "sv": "Tillbaka", "en": "Back"}
CLOSE: Texts = {"fi": "Sulje", "sv": "Stäng", "en": "Close"}
PROGRESS: Texts = {"fi": "Kysymys {n}/{of}", "sv": "Fråga {n}/{of}", "en": "Question {n} of {of}"}
PRIVACY: Texts = {"fi": "Tietosuoja", "sv": "Dataskydd", "en": "Privacy"}
LEAVE_EMPTY: Texts = {"fi": "Jätä tyhjäksi", "sv": "Lämna tomt", "en": "Leave empty"}
CHOOSE_ONE: Texts = {
    "fi": "Valitse jokin vaihtoehdoista.",
    "fi-formal": "Valitkaa jokin vaihtoehdoista.",
    "sv": "Välj ett av alternativen.",
    "en": "Choose one of the options.",
}
TEXT_TOO_LONG: Texts = {
    "fi": "Teksti on liian pitkä. Lyhennä se 5 000 merkkiin.",
    "fi-formal": "Teksti on liian pitkä. Lyhentäkää se 5 000 merkkiin.",
    "sv": "Texten är för lång. Korta den till 5 000 tecken.",
    "en": "The text is too long. Shorten it to 5,000 characters.",
}
TEXT_EMPTY: Texts = {
    "fi": "Kirjoita vastaus, ennen kuin jatkat.",
    "fi-formal": "Kirjoittakaa vastaus, ennen kuin jatkatte.",
    "sv": "Skriv ett svar innan du fortsätter.",
    "en": "Write an answer before you continue.",
}
THANKS: Texts = {
    "fi": "Kiitos vastauksestasi!",
    "fi-formal": "Kiitos vastauksestanne!",
    "sv": "Tack för ditt svar!",
    "en": "Thank you!",
}
WHAT_NEXT: Texts = {
    "fi": "Vastaus on jo niiden nähtävillä, jotka voivat vaikuttaa asiaan. Voit sulkea sivun.",
    "fi-formal": "Vastaus on jo niiden nähtävillä, jotka voivat vaikuttaa asiaan. Voitte sulkea sivun.",
    "sv": "Svaret syns redan för dem som kan påverka saken. Du kan stänga sidan.",
    "en": "Your answer is already with the people who can act on it. You can close this page.",
}
WIDGET_NEXT: Texts = {
    "fi": "Vastaus on jo niiden nähtävillä, jotka voivat vaikuttaa asiaan.",
    "sv": "Svaret syns redan för dem som kan påverka saken.",
    "en": "Your answer is already with the people who can act on it.",
}
CLOSED: tuple[Texts, Texts] = (
    {"fi": "Kysely on päättynyt", "sv": "Enkäten är avslutad", "en": "This survey has closed"},
    {
        "fi": "Kiitos kiinnostuksesta. Tästä linkistä ei enää voi vastata.",
        "sv": "Tack för intresset. Det går inte längre att svara via den här länken.",
        "en": "Thank you for your interest. This link no longer takes answers.",
    },
)
UNKNOWN: tuple[Texts, Texts] = (
    {"fi": "Kyselyä ei löydy", "sv": "Enkäten hittades inte", "en": "There is no such survey"},
    {
        "fi": "Tarkista osoite: pienikin kirjoitusvirhe riittää. Koodeissa ei ole numeroita 0 ja 1 eikä kirjaimia i, "
        "l ja o.",
        "fi-formal": "Tarkistakaa osoite: pienikin kirjoitusvirhe riittää. Koodeissa ei ole numeroita 0 ja 1 eikä "
        "kirjaimia i, l ja o.",
        "sv": "Kontrollera adressen: ett litet skrivfel räcker. Koderna innehåller inte siffrorna 0 och 1 eller "
        "bokstäverna i, l och o.",
        "en": "Check the address: one wrong sign is enough. Codes never contain the digits 0 and 1 or the letters i, "
        "l and o.",
    },
)
BUSY: tuple[Texts, Texts] = (
    {"fi": "Hetki vielä", "sv": "Ett ögonblick", "en": "One moment"},
    {
        "fi": "Samasta verkosta tulee nyt paljon vastauksia. Yritä uudelleen minuutin kuluttua.",
        "fi-formal": "Samasta verkosta tulee nyt paljon vastauksia. Yrittäkää uudelleen minuutin kuluttua.",
        "sv": "Det kommer många svar från samma nätverk just nu. Försök igen om en minut.",
        "en": "Many answers are coming from this network. Try again in a minute.",
    },
)
TEST: Texts = {
    "fi": "Testilinkki: vastausta ei lasketa mukaan tuloksiin.",
    "sv": "Testlänk: svaret räknas inte med i resultaten.",
    "en": "Test link: the answer does not count in the results.",
}
NOT_SENT: Texts = {
    "fi": "Vastausta ei saatu lähetettyä. Yritä uudelleen.",
    "fi-formal": "Vastausta ei saatu lähetettyä. Yrittäkää uudelleen.",
    "sv": "Svaret kunde inte skickas. Försök igen.",
    "en": "The answer could not be sent. Try again.",
}
