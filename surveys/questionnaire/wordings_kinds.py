"""What respondents read, continued: brand, value, preference, recall and mirror questions (see wordings)."""

from collections.abc import Mapping

from surveys.questionnaire.wordings import Texts

# `{word}` is the goal of the brand that the survey's maker writes, in the nominative.
IMAGE: Texts = {
    "fi": "Kuinka hyvin sana ”{word}” kuvaa meitä?",
    "sv": "Hur väl beskriver ordet ”{word}” oss?",
    "en": "How well does the word “{word}” describe us?",
}
IMAGE_ENDS: tuple[Texts, Texts] = (
    {"fi": "Ei lainkaan", "sv": "Inte alls", "en": "Not at all"},
    {"fi": "Erittäin hyvin", "sv": "Mycket väl", "en": "Extremely well"},
)
IMAGE_SHORT: Texts = {
    "fi": "Kuvaako sana ”{word}” meitä?",
    "sv": "Beskriver ordet ”{word}” oss?",
    "en": "Does the word “{word}” describe us?",
}
COMPETITORS: Texts = {
    "fi": "Millaisia olemme muihin käyttämiisi yrityksiin verrattuna?",
    "fi-formal": "Millaisia olemme muihin käyttämiinne yrityksiin verrattuna?",
    "sv": "Hur är vi jämfört med andra företag som du anlitar?",
    "en": "How do we compare with others you use?",
}
COMPETITORS_OPTIONS: Mapping[str, Texts] = {
    "worse": {"fi": "Huonompia", "sv": "Sämre", "en": "Worse"},
    "same": {"fi": "Yhtä hyviä", "sv": "Lika bra", "en": "The same"},
    "better": {"fi": "Parempia", "sv": "Bättre", "en": "Better"},
}
RELEVANCE: Texts = {
    "fi": "Kuinka hyödyllinen viestimme oli sinulle?",
    "fi-formal": "Kuinka hyödyllinen viestimme oli teille?",
    "sv": "Hur relevant var vårt meddelande för dig?",
    "en": "How relevant was our message to you?",
}
RELEVANCE_ENDS: tuple[Texts, Texts] = (
    {"fi": "Ei lainkaan hyödyllinen", "sv": "Inte alls relevant", "en": "Not at all"},
    {"fi": "Erittäin hyödyllinen", "sv": "Mycket relevant", "en": "Extremely relevant"},
)
RELEVANCE_SHORT: Texts = {
    "fi": "Oliko viestistämme sinulle hyötyä?",
    "fi-formal": "Oliko viestistämme teille hyötyä?",
    "sv": "Var vårt meddelande relevant för dig?",
    "en": "Was our message relevant to you?",
}
BENEFIT_FEATURES: Texts = {
    "fi": "Kuinka hyvin tuotteen tai palvelun ominaisuudet vastasivat tarvettasi?",
    "fi-formal": "Kuinka hyvin tuotteen tai palvelun ominaisuudet vastasivat tarvettanne?",
    "sv": "Hur väl motsvarade produktens eller tjänstens egenskaper ditt behov?",
    "en": "How well did the features of the product or service meet your need?",
}
BENEFIT_SERVICE: Texts = {
    "fi": "Kuinka paljon saamastasi palvelusta oli apua?",
    "fi-formal": "Kuinka paljon saamastanne palvelusta oli apua?",
    "sv": "Hur mycket hjälp hade du av servicen du fick?",
    "en": "How much did the service you received help you?",
}
BENEFIT_FEELING: Texts = {
    "fi": "Kuinka hyvä tunne sinulle jäi?",
    "fi-formal": "Kuinka hyvä tunne teille jäi?",
    "sv": "Hur bra kändes det efteråt?",
    "en": "How good did it leave you feeling?",
}
WELL: tuple[Texts, Texts] = IMAGE_ENDS
MUCH: tuple[Texts, Texts] = (
    {"fi": "Ei lainkaan", "sv": "Ingen alls", "en": "Not at all"},
    {"fi": "Erittäin paljon", "sv": "Väldigt mycket", "en": "A great deal"},
)
GOOD: tuple[Texts, Texts] = (
    {"fi": "Ei lainkaan hyvä", "sv": "Inte alls bra", "en": "Not good at all"},
    {"fi": "Erittäin hyvä", "sv": "Mycket bra", "en": "Extremely good"},
)
SACRIFICE_PRICE: Texts = {
    "fi": "Kuinka korkealta hinta tuntui?",
    "sv": "Hur högt kändes priset?",
    "en": "How expensive did it feel?",
}
EXPENSIVE: tuple[Texts, Texts] = (
    {"fi": "Ei lainkaan korkealta", "sv": "Inte alls högt", "en": "Not expensive at all"},
    {"fi": "Erittäin korkealta", "sv": "Mycket högt", "en": "Extremely expensive"},
)
SACRIFICE_TIME: Texts = {
    "fi": "Kuinka paljon aikaa jouduit käyttämään?",
    "fi-formal": "Kuinka paljon aikaa jouduitte käyttämään?",
    "sv": "Hur mycket tid fick du lägga ner?",
    "en": "How much time did it take you?",
}
SACRIFICE_EFFORT: Texts = {
    "fi": "Kuinka paljon vaivaa jouduit näkemään?",
    "fi-formal": "Kuinka paljon vaivaa jouduitte näkemään?",
    "sv": "Hur mycket besvär hade du?",
    "en": "How much effort did it take you?",
}
LITTLE_OR_MUCH: tuple[Texts, Texts] = (
    {"fi": "Hyvin vähän", "sv": "Väldigt lite", "en": "Very little"},
    {"fi": "Hyvin paljon", "sv": "Väldigt mycket", "en": "Very much"},
)

CHOICE: Texts = {"fi": "Mikä näistä sopii parhaiten?", "sv": "Vilket passar bäst?", "en": "Which of these fits best?"}
CHOICES: Texts = {
    "fi": "Mitkä näistä sopivat? Voit valita useita.",
    "fi-formal": "Mitkä näistä sopivat? Voitte valita useita.",
    "sv": "Vilka av de här passar? Du kan välja flera.",
    "en": "Which of these fit? You can choose several.",
}
LINE: Texts = {"fi": "Vastaa lyhyesti", "fi-formal": "Vastatkaa lyhyesti", "sv": "Svara kort", "en": "Answer briefly"}
PREFERRED_WAY: Texts = {
    "fi": "Miten asioit kanssamme mieluiten?",
    "fi-formal": "Miten asioitte kanssamme mieluiten?",
    "sv": "Hur sköter du helst dina ärenden hos oss?",
    "en": "How do you prefer to deal with us?",
}
PREFERRED_WAY_OPTIONS: Mapping[str, Texts] = {
    "in_person": {"fi": "Paikan päällä", "sv": "På plats", "en": "In person"},
    "phone": {"fi": "Puhelimessa", "sv": "Per telefon", "en": "By phone"},
    "email": {"fi": "Sähköpostilla", "sv": "Per e-post", "en": "By e-mail"},
    "chat": {"fi": "Chatissa", "sv": "I chatten", "en": "By chat"},
    "self_service": {"fi": "Itse verkossa", "sv": "Själv på nätet", "en": "Online, by myself"},
}
PREFERRED_TIME: Texts = {
    "fi": "Milloin asioit kanssamme mieluiten?",
    "fi-formal": "Milloin asioitte kanssamme mieluiten?",
    "sv": "När sköter du helst dina ärenden hos oss?",
    "en": "When do you prefer to deal with us?",
}
PREFERRED_TIME_OPTIONS: Mapping[str, Texts] = {
    "morning": {"fi": "Arkiaamuisin", "sv": "Vardagsmorgnar", "en": "On weekday mornings"},
    "day": {"fi": "Arkisin päivällä", "sv": "Dagtid på vardagar", "en": "During the day on weekdays"},
    "evening": {"fi": "Arki-iltaisin", "sv": "Vardagskvällar", "en": "On weekday evenings"},
    "weekend": {"fi": "Viikonloppuisin", "sv": "På helger", "en": "At weekends"},
    "any": {"fi": "Ei väliä", "sv": "Spelar ingen roll", "en": "Any time"},
}
BEST_MOMENT: Texts = {
    "fi": "Mikä hetki jäi mieleesi parhaana?",
    "fi-formal": "Mikä hetki jäi mieleenne parhaana?",
    "sv": "Vilket ögonblick minns du som det bästa?",
    "en": "Which moment do you remember as the best?",
}
WORST_MOMENT: Texts = {
    "fi": "Mikä hetki jäi mieleesi huonoimpana?",
    "fi-formal": "Mikä hetki jäi mieleenne huonoimpana?",
    "sv": "Vilket ögonblick minns du som det sämsta?",
    "en": "Which moment do you remember as the worst?",
}
LAST_MOMENT: Texts = {
    "fi": "Mikä oli viimeinen hetki, jonka muistat?",
    "fi-formal": "Mikä oli viimeinen hetki, jonka muistatte?",
    "sv": "Vilket är det sista ögonblicket du minns?",
    "en": "What is the last moment you remember?",
}

STORY_CONSENT: Texts = {
    "fi": "Saammeko kertoa kokemuksestasi eteenpäin ilman nimeäsi?",
    "fi-formal": "Saammeko kertoa kokemuksestanne eteenpäin ilman nimeänne?",
    "sv": "Får vi berätta om din upplevelse för andra, utan ditt namn?",
    "en": "May we tell others about your experience, without your name?",
}
PUBLISH_CONSENT: Texts = {
    "fi": "Saammeko julkaista sanasi verkkosivuillamme ilman nimeäsi?",
    "fi-formal": "Saammeko julkaista sananne verkkosivuillamme ilman nimeänne?",
    "sv": "Får vi publicera dina ord på vår webbplats, utan ditt namn?",
    "en": "May we publish your words on our website, without your name?",
}
YES_NO: Mapping[str, Texts] = {
    "yes": {"fi": "Kyllä", "sv": "Ja", "en": "Yes"},
    "no": {"fi": "Ei", "sv": "Nej", "en": "No"},
}

PROFILE: Texts = {
    "fi": "Mikä näistä kuvaa sinua parhaiten?",
    "fi-formal": "Mikä näistä kuvaa teitä parhaiten?",
    "sv": "Vilket av följande beskriver dig bäst?",
    "en": "Which of these describes you best?",
}

STAY: Texts = {
    "fi": "Kuinka todennäköisesti jatkat asiakkaanamme?",
    "fi-formal": "Kuinka todennäköisesti jatkatte asiakkaanamme?",
    "sv": "Hur sannolikt är det att du fortsätter som kund hos oss?",
    "en": "How likely are you to stay with us as a customer?",
}
# Employees' pulse: do I know what the customer experience should be, can I act so, how does it feel.
PULSE_KNOWLEDGE: Texts = {
    "fi": "Tiedän, millaisen kokemuksen asiakkaan pitäisi saada minun työstäni.",
    "sv": "Jag vet vilken upplevelse kunden ska få av mitt arbete.",
    "en": "I know what experience a customer should have of my work.",
}
PULSE_ACTION: Texts = {
    "fi": "Pystyn toimimaan työssäni niin, että asiakas saa sen kokemuksen.",
    "sv": "Jag kan arbeta så att kunden får den upplevelsen.",
    "en": "I can work so that a customer has that experience.",
}
PULSE_EMOTION: Texts = {
    "fi": "Työstäni asiakkaiden hyväksi jää minulle hyvä tunne.",
    "sv": "Mitt arbete för kunderna ger mig en bra känsla.",
    "en": "My work for customers leaves me feeling good.",
}

# A mirror survey asks the customers' own question, quoted: another wording would be another measure.
MIRROR: Texts = {
    "fi": "Mitä arvelet asiakkaiden vastaavan: ”{question}”",
    "fi-formal": "Mitä arvelette asiakkaiden vastaavan: ”{question}”",
    "sv": "Vad tror du att kunderna svarar: ”{question}”",
    "en": "What do you think customers answer: “{question}”",
}
MIRROR_REASON: Texts = {
    "fi": "Mihin arviosi perustuu?",
    "fi-formal": "Mihin arvionne perustuu?",
    "sv": "Vad grundar du din bedömning på?",
    "en": "What makes you think so?",
}
CHOOSE_SOME: Texts = {
    "fi": "Valitse ainakin yksi vaihtoehto.",
    "fi-formal": "Valitkaa ainakin yksi vaihtoehto.",
    "sv": "Välj minst ett alternativ.",
    "en": "Choose at least one option.",
}
LINE_TOO_LONG: Texts = {
    "fi": "Teksti on liian pitkä. Lyhennä se 200 merkkiin.",
    "fi-formal": "Teksti on liian pitkä. Lyhentäkää se 200 merkkiin.",
    "sv": "Texten är för lång. Korta den till 200 tecken.",
    "en": "The text is too long. Shorten it to 200 characters.",
}
