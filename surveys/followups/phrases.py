"""What customers read of their matter, on its link and in messages. Data in the customer's language, as `wordings` is.

`{who}` is the named person, "Maija, Tampere", in the nominative, as a name cannot be inflected.
"""

from collections.abc import Mapping

from surveys.questionnaire.wordings import Texts

WE_CONTACT: Texts = {
    "fi": "Otamme sinuun yhteyttä viimeistään {date}.",
    "fi-formal": "Otamme teihin yhteyttä viimeistään {date}.",
    "sv": "Vi kontaktar dig senast {date}.",
    "en": "We will contact you by {date}.",
}
IN_HANDS: Texts = {
    "fi": "Asiaasi hoitaa {who}.",
    "fi-formal": "Asiaanne hoitaa {who}.",
    "sv": "Ditt ärende sköts av {who}.",
    "en": "Your matter is in the hands of {who}.",
}
WORKING: Texts = {
    "fi": "Asiaasi hoidetaan",
    "fi-formal": "Asiaanne hoidetaan",
    "sv": "Ditt ärende är under arbete",
    "en": "We are working on it",
}
REPLIED: Texts = {
    "fi": "Vastauksemme sinulle",
    "fi-formal": "Vastauksemme teille",
    "sv": "Vårt svar till dig",
    "en": "Our reply to you",
}
FIXED: Texts = {"fi": "Korjasimmeko asian?", "sv": "Fick vi det ordnat?", "en": "Did we put it right?"}
FIXED_OPTIONS: Mapping[str, Texts] = {
    "yes": {"fi": "Kyllä", "sv": "Ja", "en": "Yes"},
    "partly": {"fi": "Osittain", "sv": "Delvis", "en": "Partly"},
    "no": {"fi": "Ei", "sv": "Nej", "en": "No"},
}
YOU_WROTE: Texts = {"fi": "Kirjoitit", "fi-formal": "Kirjoititte", "sv": "Du skrev", "en": "You wrote"}
GLAD: Texts = {
    "fi": "Kiitos! Hienoa, että asia on kunnossa.",
    "sv": "Tack, roligt att det är ordnat!",
    "en": "Thank you. Good to hear it is put right!",
}
SORRY: Texts = {
    "fi": "Kiitos, että kerroit. Jatkamme asian hoitamista.",
    "fi-formal": "Kiitos, että kerroitte. Jatkamme asian hoitamista.",
    "sv": "Tack för att du berättade. Vi fortsätter med ärendet.",
    "en": "Thank you for telling us. We go on with it.",
}
STILL_WRONG: Texts = {
    "fi": "Mikä on vielä kesken? (Vapaaehtoinen)",
    "sv": "Vad är fortfarande inte ordnat? (Frivilligt)",
    "en": "What is still not right? (Optional)",
}
MORE: Texts = {
    "fi": "Haluatko kertoa lisää? (Vapaaehtoinen)",
    "fi-formal": "Haluatteko kertoa lisää? (Vapaaehtoinen)",
    "sv": "Vill du berätta mer? (Frivilligt)",
    "en": "Would you like to say more? (Optional)",
}
AGAIN: Texts = {
    "fi": "Vielä yksi kysymys, kun asia on nyt käsitelty:",
    "sv": "En fråga till, nu när ärendet har behandlats:",
    "en": "One more question, now that it has been dealt with:",
}
HEARD: Texts = {
    "fi": "Kiitos! Vastauksesi on tallennettu.",
    "fi-formal": "Kiitos! Vastauksenne on tallennettu.",
    "sv": "Tack! Ditt svar är sparat.",
    "en": "Thank you! Your answer is stored.",
}
TOO_LATE: Texts = {
    "fi": "Tähän on jo vastattu, eikä vastausta voi enää muuttaa.",
    "sv": "Frågan är redan besvarad, och svaret kan inte längre ändras.",
    "en": "This has been answered, and the answer can no longer be changed.",
}
CHOOSE: Texts = {
    "fi": "Valitse yksi vaihtoehdoista.",
    "fi-formal": "Valitkaa yksi vaihtoehdoista.",
    "sv": "Välj ett av alternativen.",
    "en": "Choose one of the options.",
}
TEXT_TOO_LONG: Texts = {
    "fi": "Teksti on liian pitkä. Lyhennä se enintään 5 000 merkkiin.",
    "fi-formal": "Teksti on liian pitkä. Lyhentäkää se enintään 5 000 merkkiin.",
    "sv": "Texten är för lång. Korta den till högst 5 000 tecken.",
    "en": "The text is too long. Shorten it to 5,000 characters at most.",
}
AGREED: Texts = {"fi": "Mitä on sovittu", "sv": "Vad vi har kommit överens om", "en": "What we agreed"}
ITEM_DONE: Texts = {"fi": "tehty {date}", "sv": "klart {date}", "en": "done on {date}"}
ITEM_DUE: Texts = {"fi": "viimeistään {date}", "sv": "senast {date}", "en": "by {date}"}
ITEM_OPEN: Texts = {"fi": "kesken", "sv": "pågår", "en": "under way"}
OWN_LINK: Texts = {
    "fi": "Tallenna tämä linkki: siitä näet myöhemmin, mitä vastauksestasi seurasi.",
    "fi-formal": "Tallentakaa tämä linkki: siitä näette myöhemmin, mitä vastauksestanne seurasi.",
    "sv": "Spara den här länken: där ser du senare vad ditt svar ledde till.",
    "en": "Keep this link: it will later show what came of your answer.",
}
YOUR_MATTER: Texts = {"fi": "Asiasi", "fi-formal": "Asianne", "sv": "Ditt ärende", "en": "Your matter"}
DEEDS: Texts = {"fi": "Sanottua ja tehtyä", "sv": "Ni sade, vi gjorde", "en": "You said, we did"}
DEED_SAID: Texts = {"fi": "Asiakkaat sanoivat", "sv": "Kunderna sade", "en": "Customers said"}
DEED_DID: Texts = {"fi": "Teimme", "sv": "Vi gjorde", "en": "We did"}

# What has happened, one line each, in the order it happened.
STEPS: Mapping[str, Texts] = {
    "opened": {
        "fi": "Asia otettiin hoidettavaksi.",
        "sv": "Vi började behandla ärendet.",
        "en": "The matter was taken up.",
    },
    "contacted": {
        "fi": "Olimme sinuun yhteydessä.",
        "fi-formal": "Olimme teihin yhteydessä.",
        "sv": "Vi kontaktade dig.",
        "en": "We contacted you.",
    },
    "not_reached": {
        "fi": "Yritimme tavoittaa sinut.",
        "fi-formal": "Yritimme tavoittaa teidät.",
        "sv": "Vi försökte nå dig.",
        "en": "We tried to reach you.",
    },
    "investigated": {
        "fi": "Selvitimme, mitä tapahtui.",
        "sv": "Vi redde ut vad som hände.",
        "en": "We looked into what happened.",
    },
    "confirmed_in_writing": {
        "fi": "Vahvistimme kirjallisesti, mitä sovittiin.",
        "sv": "Vi bekräftade skriftligt vad vi kom överens om.",
        "en": "We confirmed in writing what was agreed.",
    },
    "solved": {"fi": "Asia on hoidettu.", "sv": "Ärendet har behandlats.", "en": "The matter was dealt with."},
    "reopened": {
        "fi": "Asia avattiin uudelleen.",
        "sv": "Ärendet öppnades på nytt.",
        "en": "The matter was opened again.",
    },
    "mail_in": {
        "fi": "Saimme viestisi.",
        "fi-formal": "Saimme viestinne.",
        "sv": "Vi fick ditt meddelande.",
        "en": "We got your message.",
    },
    "mail_out": {
        "fi": "Lähetimme sinulle viestin.",
        "fi-formal": "Lähetimme teille viestin.",
        "sv": "Vi skickade dig ett meddelande.",
        "en": "We sent you a message.",
    },
    "closed": {
        "fi": "Asian käsittely on päättynyt.",
        "sv": "Behandlingen av ärendet är avslutad.",
        "en": "The matter is closed.",
    },
}
