"""What Rengasala's customers write, by touchpoint and by how it went: mostly in Finnish, some in Swedish or English."""

GOOD, MIDDLING, BAD = "good", "middling", "bad"

ANYWHERE = {
    GOOD: (
        "Kaikki sujui hienosti, kiitos!",
        "Ystävällinen ja nopea palvelu.",
        "Juuri niin kuin luvattiin.",
        "Allt gick smidigt, tack!",
        "Quick and friendly, thank you.",
        "Asia hoitui kerralla.",
    ),
    MIDDLING: (
        "Ihan ok, ei valittamista.",
        "Hinta voisi olla vähän edullisempi.",
        "Helt okej.",
        "Fine, nothing special.",
        "Toimi, mutta tiedotus voisi olla parempaa.",
    ),
    BAD: (
        "Petyin, kukaan ei tuntunut ottavan asiaa hoitaakseen.",
        "Jouduin selittämään saman asian kolmeen kertaan.",
        "Nobody told me what was going on.",
        "Jag fick vänta alldeles för länge.",
    ),
}
AT: dict[str, dict[str, tuple[str, ...]]] = {
    "ajanvaraus": {
        GOOD: ("Aika löytyi heti ja varaus kävi minuutissa.", "Helppo varata puhelimella."),
        MIDDLING: ("Vapaita aikoja oli vähän.",),
        BAD: (
            "Varaus katosi ja jouduin varaamaan uudestaan.",
            "Sivu jumittui, kun yritin vahvistaa ajan.",
            "Bokningen försvann och ingen visste något.",
        ),
    },
    "varausvahvistus": {
        GOOD: ("Vahvistus tuli saman tien.",),
        MIDDLING: ("Vahvistuksessa oli väärä toimipiste, mutta asia korjattiin.",),
        BAD: ("Vahvistusta ei koskaan tullut.", "Perillä ei tiedetty varauksestani mitään."),
    },
    "odotustila": {
        GOOD: ("Kahvi oli kuumaa ja odotus lyhyt.",),
        MIDDLING: ("Odottelua tuli, mutta siitä kerrottiin.",),
        BAD: (
            "Odotin 50 minuuttia, vaikka minulla oli aika varattuna.",
            "Odotustila oli täynnä eikä kukaan kertonut aikataulusta.",
        ),
    },
    "renkaanvaihto": {
        GOOD: (
            "Asentaja kertoi rengaspaineista ja neuvoi hyvin.",
            "Renkaat vaihtuivat vartissa.",
            "Työ tehtiin huolella.",
        ),
        MIDDLING: ("Renkaat vaihtuivat, pultit piti kiristää itse.",),
        BAD: ("Vanne naarmuuntui eikä siitä sanottu mitään.",),
    },
    "apu-chat": {
        GOOD: ("Chatissa vastattiin heti.",),
        MIDDLING: ("Botti ymmärsi lopulta, mitä tarkoitin.",),
        BAD: (
            "Botti pyöritti samoja vastauksia enkä päässyt ihmisen juttusille.",
            "Chatissa ei vastannut kukaan.",
            "The bot kept sending me in circles.",
        ),
    },
    "apu-puhelin": {
        GOOD: ("Puhelimessa ratkaistiin asia heti.", "Soitin kerran ja asia oli sillä selvä."),
        MIDDLING: ("Jonotin vartin, sitten asia hoitui.",),
        BAD: ("Jonotin 40 minuuttia ja puhelu katkesi.", "Odotin kolme päivää, että minulle soitetaan takaisin."),
    },
    "apu-sahkoposti": {
        GOOD: ("Vastaus tuli jo samana iltana.",),
        MIDDLING: ("Vastaus tuli, mutta vasta seuraavana päivänä.",),
        BAD: ("Odotin kolme päivää vastausta.", "Väntade fyra dagar på svar."),
    },
    "reklamaatio": {
        GOOD: ("Reklamaatio hoidettiin reilusti ja nopeasti.",),
        MIDDLING: ("Hyvitys tuli, selitystä ei.",),
        BAD: ("Reklamaatiooni ei ole vastattu viikkoon.", "Minun piti itse todistaa, että rengas oli viallinen."),
    },
    "lasku": {
        GOOD: ("Lasku oli selkeä.",),
        MIDDLING: ("Laskun eristä oli vaikea saada selvää.",),
        BAD: ("Laskussa oli rivejä, joista ei ollut sovittu.",),
    },
    "toimitus": {
        GOOD: ("Renkaat olivat perillä etuajassa.",),
        MIDDLING: ("Toimitus siirtyi päivällä.",),
        BAD: ("Toimitus myöhästyi viikon eikä kukaan kertonut.",),
    },
    "rengashotelli": {
        GOOD: ("Renkaat odottivat pestyinä valmiina.",),
        MIDDLING: ("Renkaiden etsimiseen meni hetki.",),
        BAD: ("Renkaitani ei ensin löydetty.",),
    },
}


def choices(touchpoint: str, mood: str) -> tuple[str, ...]:
    """What might be written here by somebody for whom it went so."""
    return AT.get(touchpoint, {}).get(mood, ()) + ANYWHERE[mood]
