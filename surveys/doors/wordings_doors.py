"""What is read at the widget, the kiosk, the code page and the printed card; data, as the wordings of questions are."""

from collections.abc import Mapping

from surveys.questionnaire.wordings import Texts

FACES: Texts = {"fi": "Miten asiointi sujui?", "sv": "Hur var besöket?", "en": "How was your visit?"}
FACES_OPTIONS: Mapping[str, Texts] = {
    "very_bad": {"fi": "Erittäin huonosti", "sv": "Mycket dåligt", "en": "Very bad"},
    "bad": {"fi": "Huonosti", "sv": "Dåligt", "en": "Bad"},
    "good": {"fi": "Hyvin", "sv": "Bra", "en": "Good"},
    "very_good": {"fi": "Erittäin hyvin", "sv": "Mycket bra", "en": "Very good"},
}

# Why a widget shows nothing. Read by whoever builds the page, in the company's own language; {x} and {y} are theirs.
WHY: Mapping[str, Texts] = {
    "origin": {
        "fi": "Sivusto {x} ei ole vimpaimen sallittujen sivujen joukossa. Lisää se vimpaimen asetuksiin.",
        "sv": "Webbplatsen {x} finns inte bland widgetens tillåtna sidor. Lägg till den i widgetens inställningar.",
        "en": "{x} is not among the allowed pages of this widget. Add it in its settings.",
    },
    "pages": {
        "fi": "Tämä osoite ({x}) ei kuulu sivuihin, joilla kysely näytetään.",
        "sv": "Adressen {x} hör inte till sidorna där enkäten visas.",
        "en": "This address ({x}) is not among the pages on which the survey is shown.",
    },
    "resting": {
        "fi": "Kysely on jo näytetty tässä selaimessa. Uudelleen se näytetään aikaisintaan {x}.",
        "sv": "Enkäten har redan visats i den här webbläsaren. Den visas igen tidigast {x}.",
        "en": "This browser has been asked already. It is asked again on {x} at the earliest.",
    },
    "share": {
        "fi": "Kävijä ei osunut otokseen: kysely näytetään {x} prosentille kävijöistä.",
        "sv": "Besökaren kom inte med i urvalet: enkäten visas för {x} procent av besökarna.",
        "en": "This visitor was not drawn: the survey is shown to {x} per cent of visitors.",
    },
    "delay": {
        "fi": "Kysely näytetään {x} sekunnin viiveellä.",
        "sv": "Enkäten visas med {x} sekunders fördröjning.",
        "en": "The survey is shown {x} seconds after what it waited for.",
    },
    "event": {
        "fi": "Odotetaan, että sivu kutsuu cx('event', '{x}').",
        "sv": "Väntar på att sidan anropar cx('event', '{x}').",
        "en": "Waits for the page to call cx('event', '{x}').",
    },
    "where": {
        "fi": "Tapahtuma tuli, mutta sen ominaisuus {x} ei ollut {y}.",
        "sv": "Händelsen kom, men dess egenskap {x} var inte {y}.",
        "en": "The event came, but its property {x} was not {y}.",
    },
    "scroll": {
        "fi": "Odotetaan, että sivua vieritetään {x} prosenttiin.",
        "sv": "Väntar på att sidan rullas till {x} procent.",
        "en": "Waits until the page is scrolled to {x} per cent.",
    },
    "exit": {
        "fi": "Odotetaan, että osoitin lähtee sivulta yläreunan yli.",
        "sv": "Väntar på att pekaren lämnar sidan över dess övre kant.",
        "en": "Waits until the pointer leaves the page over its upper edge.",
    },
    "touch": {
        "fi": "Kosketusnäytöllä ei ole osoitinta, jonka lähtemistä voisi odottaa.",
        "sv": "En pekskärm har ingen pekare som kan lämna sidan.",
        "en": "A touch screen has no pointer whose leaving could be waited for.",
    },
    "seen": {
        "fi": "Odotetaan, että elementti {x} tulee näkyviin.",
        "sv": "Väntar på att elementet {x} syns.",
        "en": "Waits until the element {x} is in view.",
    },
    "clicked": {
        "fi": "Odotetaan, että elementtiä {x} napsautetaan.",
        "sv": "Väntar på att någon klickar på elementet {x}.",
        "en": "Waits until the element {x} is clicked.",
    },
    "selector": {
        "fi": "Asetuksissa oleva {x} ei kelpaa CSS-valitsimeksi.",
        "sv": "{x} i inställningarna är ingen giltig CSS-väljare.",
        "en": "{x} in the settings is no valid CSS selector.",
    },
    "place": {
        "fi": "Odotetaan sivulle paikkaa: elementtiä, jossa on data-cx-inline.",
        "sv": "Väntar på en plats på sidan: ett element med data-cx-inline.",
        "en": "Waits for a place in the page: an element with data-cx-inline.",
    },
    "asking": {
        "fi": "Palvelimelta tarkistetaan, saako kyselyn näyttää.",
        "sv": "Servern tillfrågas om enkäten får visas.",
        "en": "The server is being asked whether the survey may be shown.",
    },
    "offline": {
        "fi": "Ilman verkkoyhteyttä ei voi tarkistaa, saako tältä asiakkaalta kysyä.",
        "sv": "Utan nätverk går det inte att kontrollera om kunden får tillfrågas.",
        "en": "Without the network it cannot be checked whether this customer may be asked.",
    },
    "shown": {"fi": "Kysely on näkyvissä.", "sv": "Enkäten visas.", "en": "The survey is shown."},
    "answered": {"fi": "Kyselyyn on vastattu.", "sv": "Enkäten är besvarad.", "en": "The survey has been answered."},
    "dismissed": {"fi": "Kävijä sulki kyselyn.", "sv": "Besökaren stängde enkäten.", "en": "The visitor closed it."},
}

# Why a token names nobody.
NAMELESS: Mapping[str, Texts] = {
    "unreadable": {
        "fi": "Tunnistetta ei voitu lukea: lähetä HS256-allekirjoitettu JWT. Kävijä on nimetön.",
        "sv": "Tokenen kunde inte läsas: skicka en JWT signerad med HS256. Besökaren är anonym.",
        "en": "The token could not be read: send a JWT signed with HS256. The visitor is anonymous.",
    },
    "forged": {
        "fi": "Tunnisteen allekirjoitus ei täsmää vimpaimen salaisuuteen. Kävijä on nimetön.",
        "sv": "Tokenens signatur stämmer inte med widgetens hemlighet. Besökaren är anonym.",
        "en": "The token is not signed with this widget's secret. The visitor is anonymous.",
    },
    "expired": {
        "fi": "Tunniste on vanhentunut (exp). Kävijä on nimetön.",
        "sv": "Tokenen har gått ut (exp). Besökaren är anonym.",
        "en": "The token has expired (exp). The visitor is anonymous.",
    },
    "endless": {
        "fi": "Tunnisteen on vanhennuttava (exp) seitsemän päivän kuluessa. Kävijä on nimetön.",
        "sv": "Tokenen måste gå ut (exp) inom sju dagar. Besökaren är anonym.",
        "en": "The token must expire (exp) within seven days. The visitor is anonymous.",
    },
    "nobody": {
        "fi": "Tunnisteesta puuttuu asiakasnumero (sub). Kävijä on nimetön.",
        "sv": "Kundnumret (sub) saknas i tokenen. Besökaren är anonym.",
        "en": "The token has no customer number (sub). The visitor is anonymous.",
    },
}


GO_TITLE: Texts = {
    "fi": "Kirjoita koodi",
    "fi-formal": "Kirjoittakaa koodi",
    "sv": "Skriv koden",
    "en": "Type your code",
}
GO_HINT: Texts = {
    "fi": "Koodi on kuitissa tai kortissa. Kirjainkoolla ja väleillä ei ole väliä.",
    "sv": "Koden står på kvittot eller kortet. Stora eller små bokstäver och mellanslag spelar ingen roll.",
    "en": "It is on your receipt or card. Capitals and spaces do not matter.",
}
GO_BUTTON: Texts = {"fi": "Jatka", "sv": "Fortsätt", "en": "Continue"}
GO_EMPTY: Texts = {
    "fi": "Kirjoita koodi ensin.",
    "fi-formal": "Kirjoittakaa koodi ensin.",
    "sv": "Skriv koden först.",
    "en": "Type the code first.",
}
GO_UNKNOWN: Texts = {
    "fi": "Tällä koodilla ei löydy kyselyä. Tarkista se merkki merkiltä.",
    "fi-formal": "Tällä koodilla ei löydy kyselyä. Tarkistakaa se merkki merkiltä.",
    "sv": "Ingen enkät har den koden. Kontrollera den tecken för tecken.",
    "en": "No survey has this code. Check it character by character.",
}
GO_SLOWLY: Texts = {
    "fi": "Samasta verkosta on kokeiltu monta väärää koodia. Yritä uudelleen minuutin kuluttua.",
    "fi-formal": "Samasta verkosta on kokeiltu monta väärää koodia. Yrittäkää uudelleen minuutin kuluttua.",
    "sv": "Många felaktiga koder har prövats från samma nätverk. Försök igen om en minut.",
    "en": "Many wrong codes have come from this network. Try again in a minute.",
}

CARD_TITLE: Texts = {"fi": "Miten onnistuimme?", "sv": "Hur lyckades vi?", "en": "How did we do?"}
CARD_SCAN: Texts = {
    "fi": "Lue koodi puhelimen kameralla ja vastaa. Se vie alle minuutin.",
    "fi-formal": "Lukekaa koodi puhelimen kameralla ja vastatkaa. Se vie alle minuutin.",
    "sv": "Läs koden med telefonens kamera och svara. Det tar under en minut.",
    "en": "Point your phone's camera at the code and answer. It takes less than a minute.",
}
CARD_TYPE: Texts = {
    "fi": "Tai kirjoita osoitteessa {address} koodi",
    "fi-formal": "Tai kirjoittakaa osoitteessa {address} koodi",
    "sv": "Eller gå till {address} och skriv koden",
    "en": "Or go to {address} and type the code",
}

KIOSK: Texts = {"fi": "Palautelaite", "sv": "Svarsterminal", "en": "Feedback kiosk"}
KIOSK_WORDS: Mapping[str, Texts] = {
    "language": {"fi": "Kieli", "sv": "Språk", "en": "Language"},
    "staff": {"fi": "Henkilökunnalle", "sv": "För personalen", "en": "For staff"},
    "start": {"fi": "Koko näyttö", "sv": "Helskärm", "en": "Full screen"},
    "pin": {"fi": "PIN-koodi", "sv": "PIN-kod", "en": "PIN"},
    "open": {"fi": "Avaa", "sv": "Öppna", "en": "Open"},
    "wrong": {"fi": "Väärä PIN-koodi.", "sv": "Fel PIN-kod.", "en": "Wrong PIN."},
    "wait": {
        "fi": "Liian monta yritystä. Odota puoli minuuttia.",
        "sv": "För många försök. Vänta en halv minut.",
        "en": "Too many tries. Wait half a minute.",
    },
    "waiting": {
        "fi": "Lähettämättömiä vastauksia: {n}",
        "sv": "Svar som väntar på att skickas: {n}",
        "en": "Answers waiting to be sent: {n}",
    },
    "sendNow": {"fi": "Lähetä nyt", "sv": "Skicka nu", "en": "Send now"},
    "leave": {"fi": "Poistu", "sv": "Lämna", "en": "Leave"},
    "broken": {
        "fi": "Vastausta ei voitu tallentaa",
        "sv": "Svaret kunde inte sparas",
        "en": "The answer could not be kept",
    },
    "storage": {
        "fi": "Kerro tästä henkilökunnalle: laitteen tallennustila on täynnä tai estetty.",
        "sv": "Säg till personalen: enhetens lagringsutrymme är fullt eller spärrat.",
        "en": "Please tell the staff: the device's storage is full or refused.",
    },
    "script": {
        "fi": "Laite tarvitsee JavaScriptin.",
        "sv": "Terminalen behöver JavaScript.",
        "en": "The kiosk needs JavaScript.",
    },
}
NO_KIOSK: tuple[Texts, Texts] = (
    {"fi": "Laitetta ei ole otettu käyttöön", "sv": "Terminalen är inte i bruk", "en": "There is no such kiosk"},
    {
        "fi": "Anna PIN-koodi kyselylinkin asetuksissa, niin laite tulee käyttöön tässä osoitteessa.",
        "sv": "Ange en PIN-kod i enkätlänkens inställningar, så tas terminalen i bruk på den här adressen.",
        "en": "Set a PIN in the survey link's settings, and the kiosk opens at this address.",
    },
)
NOT_FOR_KIOSK: tuple[Texts, Texts] = (
    {
        "fi": "Kyselyssä ei ole napautettavaa kysymystä",
        "sv": "Enkäten har ingen fråga att trycka på",
        "en": "This survey has no question to tap",
    },
    {
        "fi": "Lisää kysymys, johon vastataan asteikolla tai valitsemalla, esimerkiksi neljä hymiötä.",
        "sv": "Lägg till en fråga med skala eller val, till exempel fyra ansikten.",
        "en": "Add a question answered on a scale or by choosing, such as the four faces.",
    },
)
