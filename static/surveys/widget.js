// The survey inside a company's own page: Shadow DOM, a constructed stylesheet (allowed under any CSP), no markup
// from strings, nothing sent before the survey is about to be shown. Served with its survey by surveys/widget.py.
(function (survey) {
  "use strict";
  const DAY = 864e5;
  const script = document.currentScript;
  const base = script && script.src ? new URL(survey.path, script.src).href : survey.address;
  const asked = "cx-survey-" + survey.key;
  const queue = "cx-queue-" + survey.key;
  const rules = survey.trigger;
  let variant = (script && script.dataset.cxVariant) || "";
  let spoken = speak(), why = "", note = "", identity = null, askId = null, gaps = [];
  let token, path, given, written, sending;
  let host, root, box, focused, inline = false, armed = false, busy = false, done = false, timer;

  // One `cx` for all widgets of the page. What the page called before this script came is told to it now.
  const cx = hub();
  function hub() {
    const early = window.cx;
    if (early && early.add) return early;
    const all = [], past = early && early.q ? Array.from(early.q, (call) => Array.from(call)) : [];
    const tell = function () {
      const call = Array.from(arguments);
      if (call[0] === "why") return tell.why();
      past.push(call);
      if (past.length > 50) past.shift();
      all.forEach((one) => one.hear(call));
    };
    tell.add = (one) => { all.push(one); past.forEach(one.hear); };
    tell.why = () => all.map((one) => one.why()).join("\n");
    return (window.cx = tell);
  }

  function reason(code, x, y) {
    why = survey.why[code].replace("{x}", x).replace("{y}", y);
  }

  function hear([verb, value, more]) {
    if (verb === "event") happened(value, more || {});
    else if (verb === "identify") { identity = value ? String(value) : null; note = ""; gaps = []; }
    else if (verb === "show") byHand();
    else if (verb === "variant") variant = String(value || "");
    else if (verb === "close" && box) leave();
    else if (verb === "language" && survey.languages[value]) { spoken = value; if (box) show(); }
  }

  function speak() {
    const wishes = [script && script.dataset.cxLang, document.documentElement.lang].concat(navigator.languages || []);
    return wishes.map((wish) => (wish || "").slice(0, 2).toLowerCase()).find((code) => survey.languages[code]) || survey.language;
  }

  function newToken() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  }

  // Storage may be refused; then the visitor is asked on the next page again, and nothing waits for the network.
  function keep(name, value) {
    try { localStorage.setItem(name, JSON.stringify(value)); return true; } catch (refused) { return false; }
  }
  function kept(name, otherwise) {
    try { return JSON.parse(localStorage.getItem(name)) || otherwise; } catch (refused) { return otherwise; }
  }
  function rest(days) { keep(asked, Math.max(kept(asked, 0), Date.now() + days * DAY)); }

  // --- When ------------------------------------------------------------------------------------------------

  // `*` stands for anything; a line that begins with `!` takes pages away.
  function here() {
    const matches = (line) => new RegExp("^" + line.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*") + "$")
      .test(line[0] === "/" ? location.pathname : location.href);
    const off = rules.pages.filter((line) => line[0] === "!").some((line) => matches(line.slice(1)));
    const on = rules.pages.filter((line) => line[0] !== "!");
    return !off && (!on.length || on.some(matches));
  }

  function happened(name, properties) {
    if (!rules.event || name !== rules.event) return;
    const [property, value] = rules.where;
    if (property && String(properties[property]) !== value) return reason("where", property, value);
    fire();
  }

  function arm() {
    armed = true;
    const waits = [];
    const wait = (code, x) => waits.push(survey.why[code].replace("{x}", x));
    if (rules.event) wait("event", rules.event);
    if (rules.scroll) {
      wait("scroll", rules.scroll);
      // What has come of a page that still loads may all be in sight.
      const scrolled = () => {
        const page = document.documentElement;
        if (document.readyState === "complete" && ((scrollY + innerHeight) / page.scrollHeight) * 100 >= rules.scroll) fire();
      };
      addEventListener("scroll", scrolled, { passive: true });
      addEventListener("load", scrolled);
      scrolled();
    }
    if (rules.exit) {
      wait(matchMedia("(hover:hover)").matches ? "exit" : "touch");
      document.addEventListener("mouseout", (event) => { if (!event.relatedTarget && event.clientY <= 0) fire(); });
    }
    if (rules.element) element(wait);
    if (!done && !busy && waits.length) why = waits.join(" ");
    const moved = () => { if (!box) { if (!waits.length) fire(); } };
    if (!waits.length) fire();
    // Pages that change their address without loading.
    if (window.navigation) navigation.addEventListener("navigatesuccess", moved);
    else ["popstate", "hashchange"].forEach((name) => addEventListener(name, moved));
  }

  function element(wait) {
    try { document.querySelector(rules.element); } catch (invalid) { return wait("selector", rules.element); }
    wait(rules.clicked ? "clicked" : "seen", rules.element);
    if (rules.clicked) {
      document.addEventListener("click", (event) => {
        if (event.composedPath().some((part) => part.matches && part.matches(rules.element))) fire();
      }, true);
      return;
    }
    const seen = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) fire(); }, { threshold: 0.5 });
    whenThere(rules.element, (found) => seen.observe(found));
  }

  function whenThere(selector, then) {
    const look = () => {
      const found = document.querySelector(selector);
      if (found) then(found);
      return found;
    };
    if (look()) return;
    const watch = new MutationObserver(() => { if (look()) watch.disconnect(); });
    watch.observe(document.documentElement, { childList: true, subtree: true });
  }

  // Something happened after which the survey may be shown: everything else that speaks against it is looked at now.
  function fire() {
    if (!armed || done || busy || box) return;
    if (!here()) return reason("pages", location.pathname);
    const until = kept(asked, 0);
    if (until > Date.now()) return reason("resting", new Date(until).toLocaleDateString(survey.language));
    if (survey.share < 100) {
      const drawn = kept("cx-draw-" + survey.key, 0) || 1 + Math.random() * 100;
      keep("cx-draw-" + survey.key, drawn);
      if (drawn > survey.share + 1) return reason("share", survey.share);
    }
    busy = true;
    reason("delay", survey.delay);
    timer = setTimeout(ask, survey.delay * 1000);
  }

  // The contact policy is the server's: only it knows what a customer was asked elsewhere.
  function ask() {
    reason("asking");
    post("ask", { identity: identity, language: spoken }).then((response) => response.json()).then((answer) => {
      if (answer.note) note = answer.note;
      busy = false;
      if (!answer.ask) {
        why = answer.why || answer.detail;
        if (answer.rest) rest(answer.rest);
        return;
      }
      askId = answer.ask;
      gaps = answer.gaps || [];
      open(document.body);
    }).catch(() => {
      busy = false;
      if (identity) reason("offline");
      else open(document.body);
    });
  }

  function byHand() {
    clearTimeout(timer);
    busy = false;
    if (box || !armed && why) return;
    open(document.body);
    root.getElementById("title").focus();
  }

  // --- Sending ---------------------------------------------------------------------------------------------

  function post(door, body) {
    return fetch(base + "/" + door, {
      method: "POST", mode: "cors", credentials: "omit", keepalive: true, referrerPolicy: "no-referrer",
      headers: { "Content-Type": "application/json" }, body: JSON.stringify(body)
    });
  }

  // The whole submission each time: whichever arrives, and how often, it counts once.
  function send(then) {
    if (sending) return;
    sending = true;
    complain("");
    const body = {
      token: token, version: survey.version, language: spoken, answers: given, texts: written, ask: askId, identity: identity,
      variant: variant
    };
    const waiting = () => kept(queue, []).filter((item) => item.body.token !== body.token);
    post("answers", body).then((response) => {
      if (response.status === 429 || response.status >= 500) throw new Error("later");
      if (!response.ok) return false;
      if (kept(queue, []).length) keep(queue, waiting());
      return true;
    }).catch(() => keep(queue, waiting().concat({ body: body, at: Date.now() }).slice(-50))).then((safe) => {
      sending = false;
      if (!safe) return complain(words().failed);
      rest(survey.againDays);
      then();
    });
  }

  function flush() {
    const [item] = kept(queue, []);
    if (!item) return;
    const drop = () => keep(queue, kept(queue, []).filter((other) => other.body.token !== item.body.token));
    const age = Math.max(0, Math.round((Date.now() - item.at) / 1000));
    if (age > 30 * 86400) { drop(); return; }
    post("answers", Object.assign({ age: age }, item.body)).then((response) => {
      if (response.status === 429 || response.status >= 500) return;
      drop();
      flush();
    }).catch(() => {});
  }

  // --- What is seen ----------------------------------------------------------------------------------------

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

  function words() { return survey.languages[spoken].words; }
  function questions() { return survey.languages[spoken].questions; }

  // What a company does not know of its customer is asked of that customer alone; the server says of whom.
  function applies(question) {
    if (question.gap && !gaps.includes(question.key)) return false;
    if (!question.if) return true;
    const [key, test, values] = question.if;
    const answer = given[key];
    if (answer === undefined || answer === "") return false;
    const any = [].concat(answer).map(String);
    if (test === "le") return Number(answer) <= Number(values[0]);
    if (test === "ge") return Number(answer) >= Number(values[0]);
    const has = values.some((value) => any.includes(String(value)));
    return test === "not" ? !has : has;
  }

  // How the first scored answer was: promoter, passive, detractor or neither. It words the reason asked for.
  function mood() {
    for (const question of questions()) {
      const chosen = (question.options || []).find((option) => option[0] === given[question.key]);
      if (chosen && chosen[2] !== null) return chosen[2];
    }
    return "";
  }

  function show() {
    const index = path[path.length - 1];
    const question = questions()[index];
    const held = box && root.activeElement;
    let title = question ? question.title : words().thanks;
    let parts;
    if (!question) parts = [make("p", { text: words().next })];
    else if (question.multiple) parts = several(question);
    else if (question.options) parts = options(question);
    else {
      title = question.fields[mood()][0][1];
      parts = fields(question);
    }
    if (question && path.length > 1) parts.push(make("button", {
      type: "button", class: "quiet", text: words().back, click: () => { path.pop(); show(); }
    }));
    parts.push(make("p", { id: "problem", role: "alert" }));
    const privacy = survey.languages[spoken].privacy;
    if (privacy.length && path.length === 1) parts.push(make("details", {}, [
      make("summary", { text: words().privacy })
    ].concat(privacy.map((text) => make("p", { text: text, dir: "auto" })))));
    const fresh = make("section", { role: inline ? "region" : "dialog", "aria-labelledby": "title", lang: spoken }, [
      inline ? null : make("button", { type: "button", class: "close", "aria-label": words().close, text: "×", click: leave }),
      make("h2", { id: "title", tabindex: "-1", text: title })
    ].concat(parts));
    // A second tap before the first is stored would answer, skip or leave a question nobody has seen yet.
    fresh.addEventListener("click", (event) => {
      if (sending && !event.target.closest(".close")) { event.preventDefault(); event.stopPropagation(); }
    }, true);
    if (box) root.replaceChild(fresh, box);
    else root.appendChild(fresh);
    box = fresh;
    if (held) root.getElementById("title").focus();
  }

  function options(question) {
    const kind = question.faces ? "faces" : question.low ? "numbers" + (question.options.length < 8 ? " few" : "") : "";
    const last = question.options.length - 1;
    const list = make("div", { role: "group", "aria-labelledby": "title", class: "options " + kind }, question.options.map((option, place) => {
      const [value, label] = option;
      const end = place === 0 ? question.low : place === last ? question.high : "";
      return make("button", {
        type: "button", text: question.faces ? null : label, "aria-label": end ? label + ": " + end : question.faces ? label : null,
        "aria-pressed": given[question.key] === undefined ? null : String(given[question.key] === value),
        click: () => { given[question.key] = value; send(forward); }
      }, question.faces ? [face(place, last)] : []);
    }));
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const next = step && list.children[Array.prototype.indexOf.call(list.children, root.activeElement) + step];
      if (next) { event.preventDefault(); next.focus(); }
    });
    const ends = question.low ? make("p", { class: "ends", "aria-hidden": "true" }, [
      make("span", { text: question.options[0][1] + " = " + question.low }),
      make("span", { text: question.options[last][1] + " = " + question.high })
    ]) : null;
    return [list, ends, skip(question)];
  }

  // From a frown to a smile: the mouth's middle goes from above to below its corners.
  function face(place, last) {
    const corner = 23 - (place / last) * 4, middle = 16 + (place / last) * 12;
    return make("svg", { viewBox: "0 0 32 32", "aria-hidden": "true" }, [
      make("path", { d: "M16 2a14 14 0 1 0 0 28a14 14 0 1 0 0-28M11 11v2M21 11v2M9 " + corner + "Q16 " + middle + " 23 " + corner })
    ]);
  }

  function several(question) {
    const boxes = question.options.map(([value, label]) => {
      const tick = make("input", { type: "checkbox", value: value });
      tick.checked = (given[question.key] || []).includes(value);
      return make("label", { class: "tick" }, [tick, make("span", { text: label })]);
    });
    return [make("div", { role: "group", "aria-labelledby": "title", class: "options" }, boxes), turn(question, () => {
      const chosen = boxes.map((label) => label.firstChild).filter((tick) => tick.checked).map((tick) => tick.value);
      if (!chosen.length) return question.required ? complain(words().choose) : forward();
      given[question.key] = chosen;
      send(forward);
    })];
  }

  function fields(question) {
    const areas = question.fields[mood()].map(([key, label], place) => {
      const line = question.line;
      const area = make(line ? "input" : "textarea", { id: "field-" + key, maxlength: line ? "200" : "5000", rows: line ? null : "3", dir: "auto" });
      area.setAttribute("aria-labelledby", place ? "label-" + key : "title");
      area.value = written[key] || "";
      return [place ? make("p", { id: "label-" + key, class: "label", text: label }) : null, area];
    });
    return [].concat(...areas).concat(turn(question, () => {
      let found = false;
      question.fields[mood()].forEach(([key]) => {
        const text = root.getElementById("field-" + key).value.trim();
        if (text) { written[key] = text; found = true; }
      });
      if (found) send(forward);
      else if (question.required) complain(words().empty);
      else forward();
    }));
  }

  function turn(question, click) {
    return make("div", { class: "turn" }, [make("button", { type: "button", class: "main", text: words().send, click: click }), skip(question)]);
  }

  function skip(question) {
    return question.required ? null : make("button", { type: "button", class: "quiet", text: words().skip, click: forward });
  }

  function complain(text) { root.getElementById("problem").textContent = text; }

  function forward() {
    let next = path[path.length - 1] + 1;
    while (questions()[next] && !applies(questions()[next])) next += 1;
    path.push(next);
    if (!questions()[next]) { done = !inline; reason("answered"); }
    show();
  }

  function leave() {
    rest(survey.againDays);
    done = true;
    if (!Object.keys(given).length && !Object.keys(written).length) {
      reason("dismissed");
      if (askId) post("left", { ask: askId }).catch(() => {});
    }
    host.remove();
    box = null;
    if (focused && focused.isConnected) focused.focus();
  }

  function open(parent) {
    token = newToken();
    path = [0];
    given = {};
    written = {};
    sending = false;
    box = null;
    focused = document.activeElement;
    reason("shown");
    host = make("cx-survey", { "data-key": survey.key });
    root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(survey.css + (inline ? ":host{position:static!important;width:auto!important;z-index:auto!important}" : ""));
    root.adoptedStyleSheets = [sheet];
    if (!inline) host.addEventListener("keydown", (event) => { if (event.key === "Escape") leave(); });
    parent.appendChild(host);
    const told = make("p", { role: "status", class: "unseen" });
    root.appendChild(told);
    show();
    if (!inline) {
      // The top layer is above every z-index and outside every transform of the page.
      try { host.popover = "manual"; host.showPopover(); } catch (older) { host.removeAttribute("popover"); }
      setTimeout(() => { told.textContent = questions()[0].title; });
    }
  }

  function start() {
    addEventListener("online", flush);
    flush();
    const place = '[data-cx-inline="' + survey.key + '"], [data-cx-inline=""]';
    if (rules.inline || document.querySelector(place)) {
      inline = true;
      reason("place");
      whenThere(place, (found) => { if (!box) open(found); });
    } else arm();
  }

  if (survey.origins.indexOf(location.origin) < 0) {
    reason("origin", location.origin);
    console.info("cxplatform: " + why);
    cx.add({ hear: () => {}, why: () => survey.name + ": " + why });
    return;
  }
  if (cx[survey.key]) return;
  cx[survey.key] = true;
  const begin = () => {
    start();
    cx.add({ hear: hear, why: () => survey.name + ": " + [why, note].filter(Boolean).join(" ") });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})(/*SURVEY*/null);
