// The web chat. No framework; everything a citizen has written is kept until the gateway has it.
"use strict";
(function () {
  const STORE = "konsuler.chat";
  const KEPT = 200;
  const POLL_SECONDS = 25;
  const RENEW_AFTER_MS = 10 * 24 * 3600 * 1000;
  const SLOW_MS = 8000;
  const FILE_BYTES = 5 * 1024 * 1024;
  const PHOTO_PIXELS = 2600;
  const REFUSED = { 413: "file_large", 415: "file_unfit" };
  const TEXTS = JSON.parse(byId("texts").textContent);

  const page = {
    scroll: byId("scroll"), log: byId("log"), welcome: byId("welcome"), thinking: byId("thinking"),
    notice: byId("notice"), form: byId("form"), text: byId("text"),
  };
  let state = load();
  const files = new Map(); // by message id: the device's storage has no room for them
  let isPolling = false;
  let slowTimer = 0;
  let failures = 0;
  let polling = null;
  let opening = null;

  // ---- texts and language ----

  function t(name) { return TEXTS[name][document.documentElement.lang]; }

  function speak(language) {
    document.documentElement.lang = language;
    document.title = t("title");
    each("[data-text]", function (el) { el.textContent = t(el.dataset.text); });
    each("[data-label]", function (el) { el.setAttribute("aria-label", t(el.dataset.label)); });
    each("[data-hint]", function (el) { el.placeholder = t(el.dataset.hint); });
  }

  // ---- what is kept on this device ----

  function load() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(STORE)); } catch (e) { /* private window or spoilt */ }
    if (!kept || !Array.isArray(kept.items)) kept = fresh();
    return kept;
  }

  function fresh() { return { token: "", conversation: "", issued: 0, seq: 0, items: [], language: "" }; }

  function save() {
    if (state.items.length > KEPT) state.items = state.items.slice(-KEPT);
    try { localStorage.setItem(STORE, JSON.stringify(state)); } catch (e) { /* full or forbidden: go on without */ }
  }

  // ---- talking to the gateway ----

  function call(method, path, body, signal) {
    const headers = {};
    const isFile = body instanceof Blob;
    if (state.token) headers.Authorization = "Bearer " + state.token;
    if (body) headers["Content-Type"] = isFile ? "application/octet-stream" : "application/json";
    const options = { method: method, headers: headers, cache: "no-store", signal: signal };
    if (body) options.body = isFile ? body : JSON.stringify(body);
    return fetch(path, options);
  }

  function post(item) {
    if (!item.file) return call("POST", "/webchat/messages", item.body);
    const id = item.body.message_id;
    return call("POST", "/webchat/files?message_id=" + id, files.get(id));
  }

  function session() {
    opening = opening || open().finally(function () { opening = null; });
    return opening;
  }

  async function open() {
    const isOld = Date.now() - state.issued > RENEW_AFTER_MS;
    if (state.token && !isOld) return;
    const answer = await call("POST", "/webchat/sessions");
    if (!answer.ok) throw new Again(answer);
    const given = await answer.json();
    if (given.conversation !== state.conversation) state.seq = 0;
    state.token = given.token;
    state.conversation = given.conversation;
    state.issued = Date.now();
    save();
    poll();
  }

  function Again(answer) { this.seconds = Number(answer.headers.get("Retry-After")) || 0; }

  function endSession() {
    state.token = "";
    state.conversation = "";
    if (polling) polling.abort();
    add({ who: "aside", name: "renewed" });
  }

  // In each lane one message after the other, so that they arrive in the order in which they were
  // written. Words never wait for a file on a slow line.
  const words = lane(function (item) { return !item.file; });
  const uploads = lane(function (item) { return Boolean(item.file); });

  function flush() { words(); uploads(); }

  function lane(isMine) {
    let isSending = false;
    let resendTimer = 0;
    return async function run() {
      if (isSending) return;
      isSending = true;
      clearTimeout(resendTimer);
      let item;
      let hasRenewed = false;
      try {
        while ((item = state.items.find(function (each) { return isUnsent(each) && isMine(each); }))) {
          await session();
          const token = state.token;
          const answer = await post(item);
          if (answer.status === 401 && !hasRenewed) {
            hasRenewed = true;
            if (token === state.token) endSession();
            continue;
          }
          if ([401, 408, 429].includes(answer.status) || answer.status >= 500) throw new Again(answer);
          mark(item, answer.ok ? "sent" : "refused");
          files.delete(item.body.message_id);
          failures = 0;
          if (page.notice.dataset.text === "offline") notice("");
          if (!answer.ok) quiet();
          if (REFUSED[answer.status]) notice(REFUSED[answer.status]);
        }
      } catch (problem) {
        quiet();
        if (item) mark(item, "waiting");
        if (!(problem instanceof Again)) notice("offline");
        failures += 1;
        const seconds = problem.seconds || Math.min(30, Math.pow(2, failures));
        resendTimer = setTimeout(run, seconds * 1000);
      } finally {
        isSending = false;
      }
    };
  }

  function isUnsent(item) { return item.state === "sending" || item.state === "waiting"; }

  async function poll() {
    if (isPolling) return;
    isPolling = true;
    let pause = 1;
    while (state.token) {
      const conversation = state.conversation;
      polling = new AbortController();
      try {
        const answer = await call("GET", "/webchat/messages?after=" + state.seq + "&wait=" + POLL_SECONDS, null, polling.signal);
        if (answer.status === 401 && conversation === state.conversation) { endSession(); break; }
        if (!answer.ok) throw new Again(answer);
        const messages = (await answer.json()).messages;
        if (conversation === state.conversation) messages.forEach(receive);
        pause = 1;
      } catch (problem) {
        if (conversation !== state.conversation) continue;
        await new Promise(function (done) { setTimeout(done, pause * 1000); });
        pause = Math.min(pause * 2, 20);
      }
    }
    isPolling = false;
  }

  function receive(message) {
    state.seq = message.seq;
    quiet();
    add({ who: message.from === "officer" ? "officer" : "bot", text: message.text, buttons: message.buttons,
      files: message.files, location: message.location, asks: message.asks_location, at: Date.now() });
    if (document.hidden) document.title = "● " + t("title");
  }

  // ---- what the citizen does ----

  function say(shown, content, style) {
    const body = Object.assign({ message_id: newId() }, content);
    add({ who: "mine", text: shown, body: body, state: "sending", style: style || "", at: Date.now() });
    think();
    flush();
  }

  async function attach(chosen) {
    const file = await fitting(chosen);
    if (file.size > FILE_BYTES) return notice("file_large");
    notice("");
    const id = newId();
    files.set(id, file);
    add({ who: "mine", text: "📎 " + chosen.name, file: true, body: { message_id: id }, state: "sending", at: Date.now() });
    think();
    flush();
  }

  // Phones take photos that are too large, or of a kind that others cannot open.
  async function fitting(file) {
    const isTaken = ["image/jpeg", "image/png"].includes(file.type) && file.size <= FILE_BYTES;
    if (isTaken || !file.type.startsWith("image/")) return file;
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(1, PHOTO_PIXELS / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const made = await new Promise(function (done) { canvas.toBlob(done, "image/jpeg", 0.85); });
      return made || file;
    } catch (problem) { return file; /* not one that this browser can read */ }
  }

  // A file does not outlive its page; that it did not go must be seen.
  function giveUpFiles() {
    const lost = state.items.filter(function (item) { return item.file && isUnsent(item); });
    lost.forEach(function (item) { mark(item, "refused"); });
    if (lost.length) notice("file_lost");
  }

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, function (b) { return b.toString(16).padStart(2, "0"); }).join("");
  }

  function locate() {
    if (!navigator.geolocation || !window.isSecureContext) return notice("no_location");
    notice("locating");
    navigator.geolocation.getCurrentPosition(function (found) {
      notice("");
      const at = { latitude: found.coords.latitude, longitude: found.coords.longitude };
      say(t("located") + "\n" + at.latitude.toFixed(5) + ", " + at.longitude.toFixed(5), { location: at });
    }, function () { notice("no_location"); }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  }

  function forget() {
    if (!confirm(t("forget_sure"))) return;
    const language = document.documentElement.lang;
    state = fresh();
    state.language = language;
    save();
    if (polling) polling.abort();
    files.clear();
    quiet();
    notice("");
    showAll();
    page.text.focus();
  }

  // ---- what is shown ----

  function add(item) {
    state.items.push(item);
    save();
    show(item);
  }

  function show(item) {
    const isNear = page.scroll.scrollHeight - page.scroll.scrollTop - page.scroll.clientHeight < 120;
    page.welcome.hidden = true;
    page.log.appendChild(item.who === "aside" ? make("p", "aside", t(item.name)) : turn(item));
    if (isNear || item.who === "mine") page.scroll.scrollTop = page.scroll.scrollHeight;
  }

  // What was said before is shown, not read out again.
  function showAll() {
    page.log.setAttribute("aria-live", "off");
    page.log.textContent = "";
    page.welcome.hidden = false;
    state.items.forEach(show);
    page.scroll.scrollTop = page.scroll.scrollHeight;
    setTimeout(function () { page.log.setAttribute("aria-live", "polite"); }, 500);
  }

  const FILES = { photo: "file_photo", document: "file_document", voice: "file_voice", video: "file_video",
    contact: "file_contact", calendar: "file_calendar" };

  function turn(item) {
    const el = make("div", "turn " + item.who + " " + (item.style || ""));
    const who = { mine: "you", bot: "bot", officer: "officer" }[item.who];
    el.appendChild(make("p", item.who === "officer" ? "name" : "unseen", t(who)));
    const bubble = make("div", "bubble");
    fill(bubble, item.text || "");
    if (item.location) {
      if (item.text) bubble.appendChild(document.createTextNode("\n"));
      bubble.appendChild(link("https://www.openstreetmap.org/?mlat=" + item.location.latitude + "&mlon=" +
        item.location.longitude + "#map=15/" + item.location.latitude + "/" + item.location.longitude, t("map")));
    }
    (item.files || []).forEach(function (file) {
      if (bubble.firstChild) bubble.appendChild(document.createTextNode("\n"));
      bubble.appendChild(link(file.path, t(FILES[file.kind])));
    });
    if (bubble.firstChild) el.appendChild(bubble);
    const choices = make("div", "choices");
    (item.buttons || []).forEach(function (button) { choices.appendChild(choice(item, button)); });
    if (item.asks) choices.appendChild(locationChoice());
    if (choices.firstChild) el.appendChild(choices);
    el.appendChild(make("p", "meta"));
    // Not enumerable: what is kept on the device has no place for elements.
    Object.defineProperty(item, "el", { value: el, configurable: true });
    stamp(item);
    return el;
  }

  function choice(item, button) {
    const el = make("button", "", button.title);
    el.type = "button";
    el.setAttribute("aria-pressed", String(item.chosen === button.payload));
    el.addEventListener("click", function () {
      item.chosen = button.payload;
      el.parentNode.querySelectorAll("[aria-pressed]").forEach(function (other) {
        other.setAttribute("aria-pressed", String(other === el));
      });
      say(button.title, { payload: button.payload });
    });
    return el;
  }

  function locationChoice() {
    const el = make("button", "");
    el.type = "button";
    el.appendChild(byId("locate").querySelector("svg").cloneNode(true));
    el.appendChild(make("span", "", t("location"))).dataset.text = "location";
    el.addEventListener("click", locate);
    return el;
  }

  function mark(item, name) {
    item.state = name;
    save();
    if (item.el) stamp(item);
  }

  function stamp(item) {
    const time = new Date(item.at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    const isSent = !item.state || item.state === "sent";
    const meta = item.el.lastChild;
    meta.textContent = isSent ? time : t(item.state);
    if (item.state === "sent") {
      const tick = make("span", "", " ✓");
      tick.setAttribute("aria-hidden", "true");
      meta.appendChild(tick);
      meta.appendChild(make("span", "unseen", t("sent")));
    }
    ["sending", "waiting", "refused"].forEach(function (name) { item.el.classList.toggle(name, item.state === name); });
  }

  // Addresses and numbers become links, so that a thumb can tap them.
  function fill(el, text) {
    text.split("\n").forEach(function (line, index) {
      if (index) el.appendChild(document.createTextNode("\n"));
      const isDate = /^\d{4}-\d\d-\d\d$/.test(line.trim());
      if (!isDate && /^\+?[\d\s()-]{3,20}$/.test(line.trim()) && /\d{3}/.test(line)) {
        el.appendChild(link("tel:" + line.replace(/[^\d+]/g, ""), line, "call"));
        return;
      }
      const found = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])|([\w.+-]+@[\w-]+\.[\w.-]*\w)|(\+\d[\d\s()-]{6,}\d)/g;
      let from = 0;
      let match;
      while ((match = found.exec(line))) {
        el.appendChild(document.createTextNode(line.slice(from, match.index)));
        const href = match[1] || (match[2] ? "mailto:" + match[2] : "tel:" + match[3].replace(/[^\d+]/g, ""));
        el.appendChild(link(href, match[0]));
        from = match.index + match[0].length;
      }
      el.appendChild(document.createTextNode(line.slice(from)));
    });
  }

  function link(href, text, style) {
    const el = make("a", style || "", text);
    el.href = href;
    if (/^http/.test(href)) { el.target = "_blank"; el.rel = "noopener noreferrer"; }
    return el;
  }

  function think() {
    page.thinking.hidden = false;
    page.scroll.scrollTop = page.scroll.scrollHeight;
    clearTimeout(slowTimer);
    slowTimer = setTimeout(function () { page.thinking.hidden = true; notice("slow"); }, SLOW_MS);
  }

  function quiet() {
    clearTimeout(slowTimer);
    page.thinking.hidden = true;
    if (page.notice.dataset.text === "slow") notice("");
  }

  function notice(name) {
    page.notice.textContent = name ? t(name) : "";
    if (name) page.notice.dataset.text = name; else delete page.notice.dataset.text;
  }

  function grow() {
    page.text.style.height = "auto";
    page.text.style.height = Math.min(page.text.scrollHeight + 3, 144) + "px";
  }

  // ---- small helpers ----

  function byId(id) { return document.getElementById(id); }
  function each(selector, what) { document.querySelectorAll(selector).forEach(what); }
  function make(tag, style, text) {
    const el = document.createElement(tag);
    if (style) el.className = style.trim();
    if (text !== undefined) el.textContent = text;
    return el;
  }

  // ---- begin ----

  page.form.addEventListener("submit", function (event) {
    event.preventDefault();
    const text = page.text.value.trim();
    if (!text) return page.text.focus();
    page.text.value = "";
    grow();
    say(text, { text: text });
    page.text.focus();
  });
  page.text.addEventListener("input", grow);
  page.text.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      page.form.dispatchEvent(new Event("submit", { cancelable: true }));
    }
  });
  byId("sos").addEventListener("click", function () { say(t("sos"), { text: t("sos_message") }, "alarm"); });
  byId("locate").addEventListener("click", locate);
  byId("attach").addEventListener("click", function () { byId("file").click(); });
  byId("file").addEventListener("change", function () {
    const chosen = this.files[0];
    if (chosen) attach(chosen);
    this.value = "";
  });
  byId("forget").addEventListener("click", forget);
  byId("switch").addEventListener("click", function () {
    state.language = document.documentElement.lang === "id" ? "en" : "id";
    speak(state.language);
    save();
  });
  each(".examples button", function (el) {
    el.addEventListener("click", function () { say(el.textContent, { text: el.textContent }); });
  });
  window.addEventListener("online", function () { failures = 0; flush(); });
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) { document.title = t("title"); flush(); }
  });

  window.addEventListener("storage", function (event) {
    if (event.key !== STORE || state.items.some(isUnsent)) return;
    state = load();
    showAll();
  });

  if (state.language && state.language !== document.documentElement.lang) speak(state.language);
  showAll();
  giveUpFiles();
  if (state.token) poll();
  flush();
})();
