"""What respondents read around the questions: of privacy, opting out, contact and draws, in mails and messages.

Data in the respondent's language, as `wordings` is.
"""

from collections.abc import Mapping

from surveys.questionnaire import wordings
from surveys.questionnaire.wordings import Texts

YOUR_ANSWER: Texts = {"fi": "Vastauksesi", "fi-formal": "Vastauksenne", "sv": "Ditt svar", "en": "Your answer"}
CONFIRM: Texts = {"fi": "Vahvista vastaus", "sv": "Bekräfta svaret", "en": "Confirm the answer"}
CHOOSE_ANOTHER: Texts = {
    "fi": "Valitse toinen",
    "fi-formal": "Valitkaa toinen",
    "sv": "Välj ett annat",
    "en": "Choose another",
}
STOP_LINK: Texts = {
    "fi": "En halua näitä kyselyjä",
    "sv": "Jag vill inte ha de här enkäterna",
    "en": "Stop sending me surveys",
}
STOP: tuple[Texts, Texts] = (
    {
        "fi": "Etkö halua enää kyselyjä?",
        "fi-formal": "Ettekö halua enää kyselyjä?",
        "sv": "Vill du inte ha fler enkäter?",
        "en": "No more surveys?",
    },
    {
        "fi": "Kun vahvistat, {company} ei enää lähetä sinulle kyselyjä millään tavalla.",
        "fi-formal": "Kun vahvistatte, {company} ei enää lähetä teille kyselyjä millään tavalla.",
        "sv": "När du bekräftar skickar {company} inte längre enkäter till dig på något sätt.",
        "en": "Once you confirm, {company} will not send you surveys in any way.",
    },
)
STOP_BUTTON: Texts = {"fi": "Lopeta kyselyt", "sv": "Avsluta enkäterna", "en": "Stop the surveys"}
STOPPED: tuple[Texts, Texts] = (
    {
        "fi": "Et saa enää kyselyjä",
        "fi-formal": "Ette saa enää kyselyjä",
        "sv": "Du får inga fler enkäter",
        "en": "You will get no more surveys",
    },
    {
        "fi": "Toiveesi on kirjattu. Voit sulkea sivun.",
        "fi-formal": "Toiveenne on kirjattu. Voitte sulkea sivun.",
        "sv": "Vi har antecknat det. Du kan stänga sidan.",
        "en": "We have noted it. You can close this page.",
    },
)
EXPIRED: tuple[Texts, Texts] = (
    {"fi": "Vastausaika on päättynyt", "sv": "Svarstiden har gått ut", "en": "The time to answer has passed"},
    {
        "fi": "Tästä linkistä ei enää voi vastata. Kiitos, että kävit.",
        "fi-formal": "Tästä linkistä ei enää voi vastata. Kiitos, että kävitte.",
        "sv": "Det går inte längre att svara via den här länken. Tack för att du tittade in.",
        "en": "This link no longer takes answers. Thank you for coming by.",
    },
)
UNKNOWN_PERSONAL: tuple[Texts, Texts] = (
    wordings.UNKNOWN[0],
    {
        "fi": "Osoite on epätäydellinen tai vanhentunut. Avaa linkki suoraan viestistä, jonka sait.",
        "fi-formal": "Osoite on epätäydellinen tai vanhentunut. Avatkaa linkki suoraan viestistä, jonka saitte.",
        "sv": "Adressen är ofullständig eller föråldrad. Öppna länken direkt i meddelandet du fick.",
        "en": "The address is incomplete or out of date. Open the link straight from the message you got.",
    },
)
TOO_LATE: Texts = {
    "fi": "Vastausta voi muuttaa 15 minuutin ajan. Aiempi vastauksesi jäi voimaan.",
    "fi-formal": "Vastausta voi muuttaa 15 minuutin ajan. Aiempi vastauksenne jäi voimaan.",
    "sv": "Ett svar kan ändras i 15 minuter. Ditt tidigare svar gäller.",
    "en": "An answer can be changed for 15 minutes. Your earlier answer stands.",
}
THANKS_STATUS: Texts = {
    "fi": "Samasta linkistä näet myöhemmin, mitä vastauksestasi seurasi.",
    "fi-formal": "Samasta linkistä näette myöhemmin, mitä vastauksestanne seurasi.",
    "sv": "Via samma länk ser du senare vad ditt svar ledde till.",
    "en": "The same link will later show what came of your answer.",
}
STATUS_NEXT: Texts = {"fi": "Mitä tapahtuu seuraavaksi", "sv": "Vad som händer härnäst", "en": "What happens next"}
OWN_PAGE: Texts = {"fi": "Oman vastauksen sivu", "sv": "Sidan för mitt svar", "en": "The page of my answer"}
STATUS_HAPPENED: Texts = {"fi": "Mitä on tapahtunut", "sv": "Vad som har hänt", "en": "What has happened"}
STATUS_ANSWERED: Texts = {
    "fi": "Vastasit {at}",
    "fi-formal": "Vastasitte {at}",
    "sv": "Du svarade {at}",
    "en": "You answered on {at}",
}
STATUS_ANONYMOUS: Texts = {
    "fi": "Vastaus tallennettiin nimettömänä, joten sitä ei voi näyttää eikä muuttaa tästä linkistä.",
    "sv": "Svaret sparades anonymt och kan därför varken visas eller ändras via länken.",
    "en": "The answer was stored anonymously, so this link can neither show nor change it.",
}
CHANGE: Texts = {"fi": "Muuta vastausta", "sv": "Ändra svaret", "en": "Change the answer"}
CHANGE_UNTIL: Texts = {
    "fi": "Vastausta voi muuttaa klo {time} asti.",
    "sv": "Svaret kan ändras fram till kl. {time}.",
    "en": "The answer can be changed until {time}.",
}
GO_ON: Texts = {"fi": "Jatka vastaamista", "sv": "Fortsätt svara", "en": "Go on answering"}
CONTACT: Texts = {
    "fi": "Saammeko ottaa sinuun yhteyttä?",
    "fi-formal": "Saammeko ottaa teihin yhteyttä?",
    "sv": "Får vi kontakta dig?",
    "en": "May we contact you?",
}
CONTACT_WHY: Texts = {
    "fi": "Tietoja käytetään vain tämän asian hoitamiseen.",
    "sv": "Uppgifterna används bara för att sköta det här ärendet.",
    "en": "What you write here is used for this matter alone.",
}
CONTACT_ALLOW: Texts = {
    "fi": "Kyllä, minuun saa ottaa yhteyttä",
    "sv": "Ja, ni får kontakta mig",
    "en": "Yes, you may contact me",
}
CONTACT_KEPT: Texts = {
    "fi": "Kiitos, otamme sinuun yhteyttä.",
    "fi-formal": "Kiitos, otamme teihin yhteyttä.",
    "sv": "Tack, vi kontaktar dig.",
    "en": "Thank you, we will contact you.",
}
CONTACT_REPLACED: Texts = {
    "fi": "Kiitos, käytämme näitä yhteystietoja aiempien sijaan.",
    "sv": "Tack, vi använder de här kontaktuppgifterna i stället för de tidigare.",
    "en": "Thank you. We use these contact details instead of those before.",
}
CONTACT_SETTLED: Texts = {
    "fi": "Yhteystietosi on jo vaihdettu monta kertaa. Käytämme niitä, jotka annoit viimeksi.",
    "fi-formal": "Yhteystietonne on jo vaihdettu monta kertaa. Käytämme niitä, jotka annoitte viimeksi.",
    "sv": "Dina kontaktuppgifter har redan ändrats flera gånger. Vi använder dem som du gav senast.",
    "en": "Your contact details have been changed several times already. We use those you gave last.",
}
CONTACT_PROBLEM: Texts = {
    "fi": "Kirjoita sähköpostiosoite tai puhelinnumero, josta sinut tavoittaa.",
    "fi-formal": "Kirjoittakaa sähköpostiosoite tai puhelinnumero, josta teidät tavoittaa.",
    "sv": "Skriv en e-postadress eller ett telefonnummer där vi når dig.",
    "en": "Write an e-mail address or a phone number where we can reach you.",
}
NAME: Texts = {"fi": "Nimi", "sv": "Namn", "en": "Name"}
EMAIL: Texts = {"fi": "Sähköposti", "sv": "E-post", "en": "E-mail"}
PHONE: Texts = {"fi": "Puhelin", "sv": "Telefon", "en": "Phone"}
EMAIL_OR_PHONE: Texts = {"fi": "Sähköposti tai puhelin", "sv": "E-post eller telefon", "en": "E-mail or phone"}
DRAW: Texts = {"fi": "Osallistu arvontaan", "sv": "Delta i utlottningen", "en": "Take part in the draw"}
DRAW_APART: Texts = {
    "fi": "Yhteystietosi säilytetään erillään vastauksestasi.",
    "fi-formal": "Yhteystietonne säilytetään erillään vastauksestanne.",
    "sv": "Dina kontaktuppgifter sparas separat från ditt svar.",
    "en": "Your contact details are kept apart from your answer.",
}
DRAW_JOIN: Texts = {"fi": "Osallistu", "sv": "Delta", "en": "Take part"}
DRAW_KEPT: Texts = {
    "fi": "Olet mukana arvonnassa. Onnea!",
    "fi-formal": "Olette mukana arvonnassa. Onnea!",
    "sv": "Du är med i utlottningen. Lycka till!",
    "en": "You are in the draw. Good luck!",
}
DRAW_PROBLEM: Texts = {
    "fi": "Kirjoita nimi ja joko sähköpostiosoite tai puhelinnumero.",
    "fi-formal": "Kirjoittakaa nimi ja joko sähköpostiosoite tai puhelinnumero.",
    "sv": "Skriv ditt namn och antingen en e-postadress eller ett telefonnummer.",
    "en": "Write your name and either an e-mail address or a phone number.",
}
READ_TOO_MUCH: tuple[Texts, Texts] = (
    {"fi": "Hetki vielä", "sv": "Ett ögonblick", "en": "One moment"},
    {
        "fi": "Sivua on avattu samasta verkosta hyvin monta kertaa. Yritä uudelleen minuutin kuluttua.",
        "fi-formal": "Sivua on avattu samasta verkosta hyvin monta kertaa. Yrittäkää uudelleen minuutin kuluttua.",
        "sv": "Sidan har öppnats väldigt många gånger från samma nätverk. Försök igen om en minut.",
        "en": "This page was opened very many times from one network. Try again in a minute.",
    },
)
ANONYMOUS: Texts = {
    "fi": "Tämä kysely on nimetön: vastauksen mukana ei tallenneta tietoja sinusta.",
    "fi-formal": "Tämä kysely on nimetön: vastauksen mukana ei tallenneta tietoja teistä.",
    "sv": "Den här enkäten är anonym: inga uppgifter om dig sparas med svaret.",
    "en": "This survey is anonymous: nothing about you is stored with the answer.",
}
LEGAL_BASIS: Mapping[str, Texts] = {
    "interest": {
        "fi": "Käsittelyn oikeusperuste: oikeutettu etu (palvelun parantaminen).",
        "sv": "Rättslig grund: berättigat intresse av att förbättra tjänsten.",
        "en": "Legal basis: legitimate interest in improving the service.",
    },
    "consent": {
        "fi": "Käsittelyn oikeusperuste: suostumuksesi, jonka voit perua milloin tahansa.",
        "fi-formal": "Käsittelyn oikeusperuste: suostumuksenne, jonka voitte perua milloin tahansa.",
        "sv": "Rättslig grund: ditt samtycke, som du kan återkalla när som helst.",
        "en": "Legal basis: your consent, which you can withdraw at any time.",
    },
    "contract": {
        "fi": "Käsittelyn oikeusperuste: sopimus.",
        "sv": "Rättslig grund: avtal.",
        "en": "Legal basis: contract.",
    },
    "public": {
        "fi": "Käsittelyn oikeusperuste: yleistä etua koskeva tehtävä.",
        "sv": "Rättslig grund: uppgift av allmänt intresse.",
        "en": "Legal basis: a task in the public interest.",
    },
}
MAIL_SUBJECT: Texts = {
    "fi": "Miten onnistuimme? Yksi kysymys – {company}",
    "sv": "Hur lyckades vi? En fråga från {company}",
    "en": "How did we do? One question from {company}",
}
MAIL_REMINDER: Texts = {
    "fi": "Muistutus: miten onnistuimme? – {company}",
    "sv": "Påminnelse: hur lyckades vi? – {company}",
    "en": "A reminder: how did we do? – {company}",
}
MAIL_INTRO: Texts = {
    "fi": "Vastaaminen vie alle minuutin.",
    "sv": "Det tar mindre än en minut att svara.",
    "en": "It takes less than a minute.",
}
MAIL_TAP: Texts = {
    "fi": "Napauta vastausta ja vahvista se avautuvalla sivulla.",
    "fi-formal": "Napauttakaa vastausta ja vahvistakaa se avautuvalla sivulla.",
    "sv": "Tryck på ditt svar och bekräfta det på sidan som öppnas.",
    "en": "Tap an answer and confirm it on the page that opens.",
}
MAIL_ANSWER: Texts = {"fi": "Vastaa", "fi-formal": "Vastatkaa", "sv": "Svara", "en": "Answer"}
SMS_NUMBER: Texts = {
    "fi": "Vastaa numerolla {low}–{high} ja kerro halutessasi syy.",
    "fi-formal": "Vastatkaa numerolla {low}–{high} ja kertokaa halutessanne syy.",
    "sv": "Svara med en siffra {low}–{high} och skriv gärna varför.",
    "en": "Reply with a number {low}–{high} and, if you like, why.",
}
SMS_CHOICE: Texts = {
    "fi": "Vastaa numerolla ja kerro halutessasi lisää.",
    "fi-formal": "Vastatkaa numerolla ja kertokaa halutessanne lisää.",
    "sv": "Svara med en siffra och skriv gärna mer.",
    "en": "Reply with a number and, if you like, tell us more.",
}
SMS_TEXT: Texts = {
    "fi": "Vastaa tähän viestiin tai osoitteessa",
    "fi-formal": "Vastatkaa tähän viestiin tai osoitteessa",
    "sv": "Svara på det här meddelandet eller på",
    "en": "Reply to this message or at",
}
SMS_OR: Texts = {"fi": "Tai:", "sv": "Eller:", "en": "Or:"}
SMS_STOP: Texts = {"fi": "Lopetus: STOP", "sv": "Avsluta: STOP", "en": "To stop: STOP"}
SMS_THANKS: Texts = {
    "fi": "Kiitos vastauksestasi!",
    "fi-formal": "Kiitos vastauksestanne!",
    "sv": "Tack för ditt svar!",
    "en": "Thank you for your answer!",
}
SMS_STOPPED: Texts = {
    "fi": "Et saa meiltä enää kyselyjä. {company}",
    "fi-formal": "Ette saa meiltä enää kyselyjä. {company}",
    "sv": "Du får inga fler enkäter av oss. {company}",
    "en": "You will get no more surveys from us. {company}",
}
SMS_UNKNOWN: Texts = {
    "fi": "Tälle numerolle ei ole nyt avointa kyselyä. {company}",
    "sv": "Det finns ingen öppen enkät för det här numret nu. {company}",
    "en": "There is no open survey for this number now. {company}",
}
# What else people write for a whole number, and to be left alone. "en" is no in Finnish, not one in Swedish.
_NUMBERS = (
    "nolla yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen",
    "noll ett två tre fyra fem sex sju åtta nio tio",
    "zero one two three four five six seven eight nine ten",
)
NUMBER_WORDS: Mapping[str, int] = {
    **{word: number for words in _NUMBERS for number, word in enumerate(words.split())},
    "yks": 1,
    "kaks": 2,
    "viis": 5,
    "kuus": 6,
    "seiska": 7,
    "kasi": 8,
    "ysi": 9,
    "kymppi": 10,
}
STOP_WORDS = frozenset(
    {
        *("stop", "end", "quit", "cancel", "unsubscribe"),
        *("stopp", "stoppa", "sluta", "avsluta"),
        *("lopeta", "lopetus", "peru", "peruuta"),
    }
)
