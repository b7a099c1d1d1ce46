"""What invited customers read on the page of their matter, and their friends on the page of a recommendation."""

from surveys.questionnaire.wordings import Texts

CODEVELOP: Texts = {
    "fi": "Haluatko kehittää palvelua kanssamme?",
    "fi-formal": "Haluatteko kehittää palvelua kanssamme?",
    "sv": "Vill du utveckla tjänsten tillsammans med oss?",
    "en": "Would you improve the service with us?",
}
CODEVELOP_WHY: Texts = {
    "fi": "Otamme sinuun yhteyttä, kun parannamme palvelua: kysymme neuvoa tai pyydämme kokeilemaan uutta. "
    "Yhteystietojasi käytetään vain tähän, ja voit perua tällä sivulla milloin tahansa.",
    "fi-formal": "Otamme teihin yhteyttä, kun parannamme palvelua: kysymme neuvoa tai pyydämme kokeilemaan uutta. "
    "Yhteystietojanne käytetään vain tähän, ja voitte perua tällä sivulla milloin tahansa.",
    "sv": "Vi kontaktar dig när vi förbättrar tjänsten: vi ber om råd eller ber dig prova något nytt. Dina "
    "kontaktuppgifter används bara till detta, och du kan ändra dig på den här sidan när som helst.",
    "en": "We contact you when we improve the service: to ask for advice or to let you try something new. Your contact "
    "details are used for this alone, and you can withdraw on this page at any time.",
}
CODEVELOP_YES: Texts = {"fi": "Kyllä, olen mukana", "sv": "Ja, jag är med", "en": "Yes, count me in"}
CODEVELOP_IN: Texts = {
    "fi": "Olet mukana kehittämässä palvelua. Kiitos!",
    "fi-formal": "Olette mukana kehittämässä palvelua. Kiitos!",
    "sv": "Du är med och utvecklar tjänsten. Tack!",
    "en": "You are improving the service with us. Thank you!",
}
AMBASSADOR: Texts = {
    "fi": "Haluatko suositella meitä?",
    "fi-formal": "Haluatteko suositella meitä?",
    "sv": "Vill du rekommendera oss?",
    "en": "Would you recommend us?",
}
AMBASSADOR_WHY: Texts = {
    "fi": "Saat oman linkin, jonka voit antaa ystävällesi. Näemme, montako kertaa se avattiin, emme sitä, kuka sen "
    "avasi.",
    "fi-formal": "Saatte oman linkin, jonka voitte antaa ystävällenne. Näemme, montako kertaa se avattiin, emme sitä, "
    "kuka sen avasi.",
    "sv": "Du får en egen länk som du kan ge en vän. Vi ser hur många gånger den öppnats, inte av vem.",
    "en": "You get a link of your own to give to a friend. We see how many times it was opened, not by whom.",
}
AMBASSADOR_YES: Texts = {"fi": "Kyllä, anna linkki", "sv": "Ja, ge mig länken", "en": "Yes, give me the link"}
AMBASSADOR_IN: Texts = {
    "fi": "Tässä linkkisi. Kiitos, että suosittelet meitä!",
    "fi-formal": "Tässä linkkinne. Kiitos, että suosittelette meitä!",
    "sv": "Här är din länk. Tack för att du rekommenderar oss!",
    "en": "Here is your link. Thank you for recommending us!",
}
WITHDRAW: Texts = {"fi": "Peru", "sv": "Ångra", "en": "Withdraw"}
RECOMMENDED: Texts = {
    "fi": "Sinulle suositeltiin: {company}",
    "fi-formal": "Teille suositeltiin: {company}",
    "sv": "{company} rekommenderades för dig",
    "en": "{company} was recommended to you",
}
RECOMMENDED_TEXT: Texts = {
    "fi": "Tyytyväinen asiakkaamme antoi sinulle tämän linkin.",
    "fi-formal": "Tyytyväinen asiakkaamme antoi teille tämän linkin.",
    "sv": "En nöjd kund gav dig den här länken.",
    "en": "A happy customer of ours gave you this link.",
}
GO_THERE: Texts = {
    "fi": "Tutustu meihin",
    "fi-formal": "Tutustukaa meihin",
    "sv": "Bekanta dig med oss",
    "en": "Have a look",
}
