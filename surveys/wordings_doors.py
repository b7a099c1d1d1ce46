"""What is read at the widget, the kiosk, the code page and the printed card; data, as in `surveys.wordings`."""

from collections.abc import Mapping

from surveys.wordings import Texts

FACES: Texts = {"fi": "Millaista asiointi oli?", "sv": "Hur var besöket?", "en": "How was your visit?"}
FACES_OPTIONS: Mapping[str, Texts] = {
    "very_bad": {"fi": "Erittäin huonoa", "sv": "Mycket dåligt", "en": "Very bad"},
    "bad": {"fi": "Huonoa", "sv": "Dåligt", "en": "Bad"},
    "good": {"fi": "Hyvää", "sv": "Bra", "en": "Good"},
    "very_good": {"fi": "Erittäin hyvää", "sv": "Mycket bra", "en": "Very good"},
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
        "fi": "Tällä selaimella on jo kysytty tai vastattu. Uudelleen kysytään aikaisintaan {x}.",
        "sv": "Den här webbläsaren har redan fått enkäten. Den frågar igen tidigast {x}.",
        "en": "This browser has been asked already. It is asked again on {x} at the earliest.",
    },
    "share": {
        "fi": "Kävijä ei osunut otokseen: kysely näytetään {x} prosentille kävijöistä.",
        "sv": "Besökaren kom inte med i urvalet: enkäten visas för {x} procent av besökarna.",
        "en": "This visitor was not drawn: the survey is shown to {x} per cent of visitors.",
    },
    "delay": {
        "fi": "Kysely näytetään {x} sekunnin kuluttua siitä, mitä odotettiin.",
        "sv": "Enkäten visas {x} sekunder efter det som väntades.",
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
        "sv": "En pekskärm har ingen pekare vars utgång man kunde vänta på.",
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
        "fi": "Palvelimelta kysytään, saako kysyä.",
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
        "sv": "Token kunde inte läsas: skicka en JWT signerad med HS256. Besökaren är anonym.",
        "en": "The token could not be read: send a JWT signed with HS256. The visitor is anonymous.",
    },
    "forged": {
        "fi": "Tunnisteen allekirjoitus ei täsmää vimpaimen salaisuuteen. Kävijä on nimetön.",
        "sv": "Tokens signatur stämmer inte med widgetens hemlighet. Besökaren är anonym.",
        "en": "The token is not signed with this widget's secret. The visitor is anonymous.",
    },
    "expired": {
        "fi": "Tunniste on vanhentunut (exp). Kävijä on nimetön.",
        "sv": "Token har gått ut (exp). Besökaren är anonym.",
        "en": "The token has expired (exp). The visitor is anonymous.",
    },
    "endless": {
        "fi": "Tunnisteen on vanhennuttava (exp) seitsemän päivän kuluessa. Kävijä on nimetön.",
        "sv": "Token måste gå ut (exp) inom sju dagar. Besökaren är anonym.",
        "en": "The token must expire (exp) within seven days. The visitor is anonymous.",
    },
    "nobody": {
        "fi": "Tunnisteesta puuttuu asiakasnumero (sub). Kävijä on nimetön.",
        "sv": "Kundnumret (sub) saknas i token. Besökaren är anonym.",
        "en": "The token has no customer number (sub). The visitor is anonymous.",
    },
}
