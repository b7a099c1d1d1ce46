"""What customers read in e-mails and text messages of their matter: data in their language, as `wordings` is."""

from surveys.questionnaire.wordings import Texts

THANKS_SUBJECT: Texts = {
    "fi": "Kiitos palautteestasi – {company}",
    "fi-formal": "Kiitos palautteestanne – {company}",
    "sv": "Tack för din respons – {company}",
    "en": "Thank you for your feedback – {company}",
}
THANKS: Texts = {
    "fi": "Kiitos, että kerroit meille.",
    "fi-formal": "Kiitos, että kerroitte meille.",
    "sv": "Tack för att du berättade för oss.",
    "en": "Thank you for telling us.",
}
THANKS_GOOD: Texts = {
    "fi": "Kiitos! Mukava kuulla, että onnistuimme.",
    "sv": "Tack! Roligt att höra att vi lyckades.",
    "en": "Thank you! It is good to hear that we did well.",
}
FOLLOW: Texts = {
    "fi": "Katso, miten asiasi etenee",
    "fi-formal": "Katsokaa, miten asianne etenee",
    "sv": "Följ hur ditt ärende framskrider",
    "en": "See how your matter gets on",
}
LINK_SUBJECT: Texts = {
    "fi": "Linkki vastaukseesi – {company}",
    "fi-formal": "Linkki vastaukseenne – {company}",
    "sv": "Länken till ditt svar – {company}",
    "en": "The link to your answer – {company}",
}
LINK: Texts = {
    "fi": "Kiitos vastauksestasi! Tästä linkistä näet, mitä siitä seurasi.",
    "fi-formal": "Kiitos vastauksestanne! Tästä linkistä näette, mitä siitä seurasi.",
    "sv": "Tack för ditt svar! Via den här länken ser du vad det ledde till.",
    "en": "Thank you for your answer! This link shows what comes of it.",
}
OPEN_LINK: Texts = {
    "fi": "Avaa vastauksesi sivu",
    "fi-formal": "Avatkaa vastauksenne sivu",
    "sv": "Öppna sidan för ditt svar",
    "en": "Open the page of your answer",
}
AGREED_SUBJECT: Texts = {
    "fi": "Mitä sovimme – {company}",
    "sv": "Vad vi kom överens om – {company}",
    "en": "What we agreed – {company}",
}
AGREED: Texts = {
    "fi": "Vahvistamme kirjallisesti, mitä sovimme:",
    "sv": "Vi bekräftar skriftligt vad vi kom överens om:",
    "en": "We confirm in writing what we agreed:",
}
SOLVED_SUBJECT: Texts = {
    "fi": "Asiasi on hoidettu. Korjasimmeko asian? – {company}",
    "fi-formal": "Asianne on hoidettu. Korjasimmeko asian? – {company}",
    "sv": "Ditt ärende har behandlats. Fick vi det ordnat? – {company}",
    "en": "Your matter has been dealt with. Did we put it right? – {company}",
}
SOLVED_ONLY: Texts = {
    "fi": "Asiasi on hoidettu – {company}",
    "fi-formal": "Asianne on hoidettu – {company}",
    "sv": "Ditt ärende har behandlats – {company}",
    "en": "Your matter has been dealt with – {company}",
}
ASK: Texts = {
    "fi": "Korjasimmeko asian? Vastaa yhdellä napautuksella",
    "fi-formal": "Korjasimmeko asian? Vastatkaa yhdellä napautuksella",
    "sv": "Fick vi det ordnat? Svara med ett tryck",
    "en": "Did we put it right? Answer with one tap",
}
MESSAGE_SUBJECT: Texts = {
    "fi": "Viesti asiastasi – {company}",
    "fi-formal": "Viesti asiastanne – {company}",
    "sv": "Ett meddelande om ditt ärende – {company}",
    "en": "A message about your matter – {company}",
}
CODEVELOP_SUBJECT: Texts = {
    "fi": "Haluatko kehittää palvelua kanssamme? – {company}",
    "fi-formal": "Haluatteko kehittää palvelua kanssamme? – {company}",
    "sv": "Vill du utveckla tjänsten tillsammans med oss? – {company}",
    "en": "Would you improve the service with us? – {company}",
}
CODEVELOP: Texts = {
    "fi": "Opimme siitä, mitä kerroit. Haluatko olla mukana, kun kehitämme palvelua? Voit perua milloin tahansa.",
    "fi-formal": "Opimme siitä, mitä kerroitte. Haluatteko olla mukana, kun kehitämme palvelua? Voitte perua milloin "
    "tahansa.",
    "sv": "Vi lärde oss av det du berättade. Vill du vara med när vi utvecklar tjänsten? Du kan ändra dig när "
    "som helst.",
    "en": "You told us something we learnt from. Would you take part when we improve the service? You can withdraw at "
    "any time.",
}
CODEVELOP_LINK: Texts = {
    "fi": "Lue lisää ja vastaa",
    "fi-formal": "Lukekaa lisää ja vastatkaa",
    "sv": "Läs mer och svara",
    "en": "Read more and answer",
}
AMBASSADOR_SUBJECT: Texts = {
    "fi": "Suosittele meitä omalla linkilläsi – {company}",
    "fi-formal": "Suositelkaa meitä omalla linkillänne – {company}",
    "sv": "Rekommendera oss med din egen länk – {company}",
    "en": "Recommend us with a link of your own – {company}",
}
AMBASSADOR: Texts = {
    "fi": "Mukava kuulla, että olet tyytyväinen. Jos haluat kertoa meistä ystävällesi, tästä saat oman linkkisi.",
    "fi-formal": "Mukava kuulla, että olette tyytyväinen. Jos haluatte kertoa meistä ystävällenne, tästä saatte oman "
    "linkkinne.",
    "sv": "Roligt att höra att du är nöjd. Vill du berätta om oss för en vän får du en egen länk här.",
    "en": "We are glad that you are happy with us. If you want to tell a friend about us, here is a link of your own.",
}
AMBASSADOR_LINK: Texts = {
    "fi": "Hae oma linkki",
    "fi-formal": "Hakekaa oma linkki",
    "sv": "Hämta din länk",
    "en": "Get your link",
}
REPLY: Texts = {
    "fi": "Voit vastata tähän viestiin: vastauksesi menee henkilölle, joka hoitaa asiaasi.",
    "fi-formal": "Voitte vastata tähän viestiin: vastauksenne menee henkilölle, joka hoitaa asiaanne.",
    "sv": "Du kan svara på det här meddelandet: svaret går till den som sköter ärendet.",
    "en": "You can reply to this message: your reply goes to the person in charge.",
}
WHY: Texts = {
    "fi": "Saat tämän viestin, koska asiasi on hoidettavanamme.",
    "fi-formal": "Saatte tämän viestin, koska asianne on hoidettavanamme.",
    "sv": "Du får det här meddelandet eftersom vi sköter ditt ärende.",
    "en": "You get this message because we are dealing with your matter.",
}
