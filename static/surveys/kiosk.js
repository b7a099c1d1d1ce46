// A kiosk: one tap on a face, perhaps one on why, thanks, and ready for the next person. Answers go to IndexedDB
// first and to the server when it can be reached, each by its own id, so that it counts once.
(function (kiosk) {
  "use strict";
  const main = document.querySelector("main");
  const THANKS = 3000, IDLE = 15000, TRIES = 5, PAUSE = 30000;
  let language = kiosk.language, current = null, timer, staff = false, sending = false, again = false;

  // --- Answers wait here -----------------------------------------------------------------------------------

  const store = new Promise((done, failed) => {
    const opening = indexedDB.open("cx-kiosk-" + kiosk.code, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("answers", { keyPath: "token" });
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => failed(opening.error);
  });

  function inStore(mode, work) {
    return store.then((database) => new Promise((done, failed) => {
      const change = database.transaction("answers", mode, { durability: "strict" });
      const request = work(change.objectStore("answers"));
      change.oncomplete = () => done(request.result);
      change.onerror = change.onabort = () => failed(change.error);
    }));
  }
  const keep = (answer) => inStore("readwrite", (answers) => answers.put(answer));
  const drop = (token) => inStore("readwrite", (answers) => answers.delete(token));
  const waiting = () => inStore("readonly", (answers) => answers.getAll());

  function newToken() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  }

  // Those of the person who is still answering stay until they are done, or gone.
  function send() {
    if (sending) { again = true; return Promise.resolve(); }
    sending = true;
    again = false;
    return waiting().then((all) => {
      const ready = all.filter((answer) => !current || answer.token !== current.token).slice(0, 100);
      if (!ready.length) return false;
      const now = Date.now();
      const answers = ready.map((answer) => ({
        token: answer.token, version: answer.version, language: answer.language, answers: answer.answers,
        age: Math.max(0, Math.round((now - answer.at) / 1000))
      }));
      return fetch(kiosk.door, {
        method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ answers: answers })
      }).then((response) => {
        if (!response.ok) return false;
        // Those refused go too: they would be refused for ever. The server names them in its answer.
        return response.json().then((told) => Promise.all(told.settled.map(drop))).then(() => all.length > ready.length);
      });
    }).catch(() => false).then((more) => {
      sending = false;
      tell();
      if (more || again) return send();
    });
  }

  function tell() {
    return waiting().then((all) => {
      document.documentElement.dataset.waiting = all.length;
      const shown = document.getElementById("waiting");
      if (shown) shown.textContent = words().waiting.replace("{n}", all.length);
    });
  }

  // --- Screens ---------------------------------------------------------------------------------------------

  function make(name, properties, children) {
    const drawing = name === "svg" || name === "path";
    const made = drawing ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    Object.entries(properties || {}).forEach(([key, value]) => {
      if (key === "text") made.textContent = value;
      else if (key === "click") made.addEventListener("click", value);
      else if (value !== null) made.setAttribute(key, value);
    });
    (children || []).forEach((child) => { if (child) made.appendChild(child); });
    return made;
  }

  function words() { return kiosk.languages[language].words; }
  function question(index) { return kiosk.languages[language].questions[index]; }

  // As in the widget: the second question may be for some answers to the first only.
  function applies(asked) {
    if (!asked || !asked.if) return Boolean(asked);
    const [key, test, values] = asked.if;
    const answer = current.answers[key];
    if (answer === undefined) return false;
    if (test === "le") return Number(answer) <= Number(values[0]);
    if (test === "ge") return Number(answer) >= Number(values[0]);
    return values.map(String).includes(String(answer)) === (test !== "not");
  }

  function screen(...parts) {
    clearTimeout(timer);
    document.documentElement.lang = language;
    main.replaceChildren(...parts.filter(Boolean));
    const title = main.querySelector("h1");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }

  function face(place, last) {
    const corner = 23 - (place / last) * 4, middle = 16 + (place / last) * 12;
    return make("svg", { viewBox: "0 0 32 32", "aria-hidden": "true" }, [
      make("path", { d: "M16 2a14 14 0 1 0 0 28a14 14 0 1 0 0-28M11 11v2M21 11v2M9 " + corner + "Q16 " + middle + " 23 " + corner })
    ]);
  }

  function options(asked, then) {
    const last = asked.options.length - 1;
    return make("div", { role: "group", "aria-labelledby": "title", class: asked.faces ? "faces" : "choices" }, asked.options.map(([value, label], place) =>
      make("button", { type: "button", "data-step": asked.faces ? place : null, click: () => then(value) }, [
        asked.faces ? face(place, last) : null, make("span", { text: label })
      ])));
  }

  function ask() {
    current = null;
    tell().then(send);
    const asked = question(0);
    screen(
      make("h1", { id: "title", text: asked.title }),
      options(asked, (value) => {
        current = { token: newToken(), version: kiosk.version, language: language, answers: { [asked.key]: value }, at: Date.now() };
        keep(current).then(applies(question(1)) ? follow : thank, broken);
      }),
      make("nav", { "aria-label": words().language }, Object.keys(kiosk.languages).map((code) => make("button", {
        type: "button", class: "quiet", lang: code, text: kiosk.names[code], "aria-pressed": String(code === language),
        click: () => { language = code; ask(); }
      })))
    );
    // The next person is greeted in the company's own language.
    if (language !== kiosk.language) timer = setTimeout(() => { language = kiosk.language; ask(); }, IDLE);
  }

  function follow() {
    const asked = question(1);
    screen(
      make("h1", { id: "title", text: asked.title }),
      options(asked, (value) => { current.answers[asked.key] = value; keep(current).then(thank, broken); }),
      make("div", {}, [make("button", { type: "button", class: "quiet", text: words().skip, click: thank })])
    );
    timer = setTimeout(begin, IDLE);
  }

  function thank() {
    screen(make("h1", { text: words().thanks }), make("p", { role: "status", text: words().next }));
    current = null;
    tell().then(send);
    timer = setTimeout(begin, THANKS);
  }

  function begin() { language = kiosk.language; ask(); }

  function broken() {
    screen(make("h1", { text: words().broken }), make("p", { role: "alert", text: words().storage }));
    timer = setTimeout(begin, IDLE);
  }

  // --- Staff -----------------------------------------------------------------------------------------------

  function hashed(pin) {
    const [rounds, salt] = kiosk.pin.split("$");
    const bytes = Uint8Array.from(atob(salt), (sign) => sign.charCodeAt(0));
    return crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"])
      .then((key) => crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: bytes, iterations: Number(rounds) }, key, 256))
      .then((bits) => btoa(String.fromCharCode(...new Uint8Array(bits))));
  }

  // Loading the page again gives no new tries.
  function tried(tries) {
    const name = "cx-kiosk-tries-" + kiosk.code;
    if (tries) localStorage.setItem(name, JSON.stringify(tries));
    return JSON.parse(localStorage.getItem(name)) || { misses: 0, shut: 0 };
  }

  function pinAsked() {
    const field = make("input", { id: "pin", type: "password", inputmode: "numeric", autocomplete: "off", maxlength: "8", "aria-describedby": "problem" });
    const problem = make("p", { id: "problem", role: "alert" });
    const form = make("form", { class: "pin" }, [
      make("label", { for: "pin", text: words().pin }), field, problem,
      make("div", { class: "turn" }, [
        make("button", { class: "main", text: words().open }), make("button", { type: "button", class: "quiet", text: words().back, click: ask })
      ])
    ]);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const tries = tried();
      if (Date.now() < tries.shut) { problem.textContent = words().wait; return; }
      hashed(field.value).then((made) => {
        if (made === kiosk.pin.split("$")[2]) { tried({ misses: 0, shut: 0 }); return opened(); }
        field.value = "";
        tries.misses += 1;
        if (tries.misses % TRIES === 0) tries.shut = Date.now() + PAUSE;
        tried(tries);
        problem.textContent = Date.now() < tries.shut ? words().wait : words().wrong;
        field.focus();
      });
    });
    screen(make("h1", { text: words().staff }), form);
    field.focus();
    timer = setTimeout(begin, IDLE * 2);
  }

  function opened() {
    staff = true;
    if (document.fullscreenElement) document.exitFullscreen();
    screen(
      make("h1", { text: words().staff }),
      make("p", { id: "waiting", role: "status" }),
      make("div", { class: "turn" }, [
        make("button", { type: "button", class: "main", text: words().start, click: start }),
        make("button", { type: "button", text: words().sendNow, click: send }),
        make("a", { class: "quiet", href: kiosk.away, text: words().leave })
      ])
    );
    tell();
  }

  function start() {
    staff = false;
    const page = document.documentElement;
    if (page.requestFullscreen) page.requestFullscreen({ navigationUI: "hide" }).catch(() => {});
    if (navigator.wakeLock) navigator.wakeLock.request("screen").catch(() => {});
    begin();
  }

  document.getElementById("lock").addEventListener("click", pinAsked);
  document.addEventListener("contextmenu", (event) => event.preventDefault());
  document.addEventListener("fullscreenchange", () => { if (!document.fullscreenElement && !staff) pinAsked(); });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !staff && navigator.wakeLock) navigator.wakeLock.request("screen").catch(() => {});
  });
  // Whoever reloads or closes the page without the PIN is asked whether they mean it.
  addEventListener("beforeunload", (event) => { if (document.fullscreenElement && !staff) event.preventDefault(); });
  addEventListener("online", send);
  setInterval(send, 60000);
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register(kiosk.worker, { scope: kiosk.scope });
    // This first page came before there was a worker to keep it.
    caches.open("cx-kiosk-1").then((cache) => cache.add(location.pathname)).catch(() => {});
  }
  document.getElementById("full").addEventListener("click", start);
  begin();
})(/*KIOSK*/null);
