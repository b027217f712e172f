// Unpacks the register and finds bodies by name, key, Kreis or Land. Nothing leaves the page.
(function () {
  "use strict";
  var SHORT = { an: "a", am: "a", auf: "a", der: "d", den: "d", dem: "d", im: "i", in: "i", bei: "b", vor: "v", ob: "o" };
  // What people write for a kind of body beside the word of the register: "LK Gifhorn", "Kreis Tübingen".
  var ALSO = [
    [/kreis$|^region|regionalverband/i, "kreis landkreis lk lkr lra landratsamt kreisverwaltung"], [/stadt/i, "stadt stadtverwaltung"],
    [/gemeinde$|^markt$|^flecken$|stadt/i, "gemeinde gemeindeverwaltung ortsgemeinde rathaus"], [/^verbandsgemeinde$/i, "vg"],
    [/^verwaltungsgemeinschaft$/i, "vg vgem"], [/^samtgemeinde$/i, "sg"]
  ];
  var KINDS = ALSO.map(function (also) { return also[1]; }).join(" ").split(" ").concat(["amt", "markt", "flecken", "verbandsgemeinde", "samtgemeinde", "verwaltungsgemeinschaft"]);
  var LIMIT = 30;
  var entries = null;
  var byKey = {};

  // One writing for all: ä = ae, ß = ss, accents off.
  function spell(text) {
    return text.normalize("NFC").toLowerCase()
      .replace(/ä/g, "ae").replace(/ö/g, "oe").replace(/ü/g, "ue").replace(/ß/g, "ss")
      .normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, " ").trim();
  }

  // "a. d." = "an der"; the first word is never shortened.
  function fold(text) {
    var plain = spell(text);
    if (plain.indexOf(" ") < 0) { return plain; }
    return plain.split(" ").map(function (word, place) { return place && SHORT.hasOwnProperty(word) ? SHORT[word] : word; }).join(" ");
  }

  // The name without the kind of body that was written before or behind it; "" when nothing else is there.
  function bareName(text) {
    return fold(spell(text).split(" ").filter(function (word) { return KINDS.indexOf(word) < 0; }).join(" "));
  }

  // "Munchen" and "Muenchen" alike.
  function loosen(folded) {
    return folded.replace(/([aou])e/g, "$1");
  }

  function unpack(data) {
    var names = data.names ? data.names.split("\n") : [];
    var keys = data.keys.split(";");
    var raw = data.raw ? data.raw.split("\n") : [];
    var groups = data.groups.split(",");
    var list = [];
    var group = -1, kreis = "", last = 0, inGroup = 0, deltas = [], rawNext = 0;
    names.forEach(function (name) {
      if (name.charAt(0) === "#") {
        group += 1; kreis = name.slice(1); last = 0; inGroup = 0;
        deltas = keys[group].split(",");
        return;
      }
      var entry = { name: name, kreis: kreis, place: list.length };
      if (groups[group]) {
        last += deltas[inGroup] ? parseInt(deltas[inGroup], 36) : 1;
        entry.key = groups[group] + String(last).slice(1);
        entry.land = data.laender[entry.key.slice(0, 2)] || "";
      } else {
        var parts = raw[rawNext].split("\t");
        rawNext += 1;
        entry.key = parts[0]; entry.kreis = parts[1]; entry.land = parts[2];
      }
      inGroup += 1;
      var pair = data.pairs[data.kinds.charCodeAt(entry.place) - 93];
      entry.kind = pair[0];
      entry.size = pair[1];
      entry.listed = false;
      entry.partner = false;
      list.push(entry);
    });
    data.listed.forEach(function (place) { list[place].listed = true; });
    data.partners.forEach(function (place) { list[place].partner = true; });
    return list;
  }

  function also(kind) {
    return ALSO.map(function (words) { return words[0].test(kind) ? " " + words[1] : ""; }).join("");
  }

  function load() {
    if (entries) { return entries; }
    var groundOf = {};
    entries = unpack(window.REGISTER);
    entries.forEach(function (entry) {
      byKey[entry.key] = entry;
      var folded = fold(entry.name);
      // Without what follows the comma: "Aachen, Stadt" is Aachen.
      entry.folded = fold(entry.name.split(",")[0]) || folded;
      entry.text = " " + folded + (/(^| )st /.test(folded) ? "| " + folded.replace(/(^| )st /g, "$1sankt ") : "")
        + (/(^| )sankt /.test(folded) ? "| " + folded.replace(/(^| )sankt /g, "$1st ") : "");
      var place = entry.kreis + " " + entry.land + " " + entry.kind;
      entry.ground = groundOf[place] || (groundOf[place] = " " + fold("x " + place).slice(2) + also(entry.kind));
    });
    return entries;
  }

  // An official key as it may be written: with blanks, twelve digits, or without its leading zero.
  function keys(digits) {
    var forms = [digits];
    if ([4, 7, 8, 11].indexOf(digits.length) >= 0) { forms.push("0" + digits); }
    forms.slice().forEach(function (form) {
      if (form.length !== 12) { return; }
      forms.push(form.slice(0, 5) + form.slice(9));
      if (form.slice(9) === "000") { forms.push(form.slice(0, 9)); }
      if (form.slice(5) === "0000000") { forms.push(form.slice(0, 5)); }
    });
    return forms;
  }

  function rankByKey(query) {
    var forms = keys(query);
    return function (entry) {
      for (var i = 0; i < forms.length; i += 1) {
        if (entry.key === forms[i]) { return i === 0 ? 0 : 1; }
      }
      return entry.key.indexOf(query) === 0 ? 2 : -1;
    };
  }

  function rankByText(query, bare) {
    var start = " " + query;
    var words = query.split(" ");
    return function (entry) {
      var at = entry.text.indexOf(query);
      if (query.length === 1 && at !== 1) { return -1; }
      if (at >= 0) {
        if (entry.folded === query) { return 0; }
        if (at === 1 || entry.text.indexOf("|" + start) >= 0) { return 1; }
        return entry.text.indexOf(start) >= 0 ? 2 : 4;
      }
      var named = false;
      for (var i = 0; i < words.length; i += 1) {
        if (entry.text.indexOf(" " + words[i]) >= 0) { named = true; }
        else if (entry.ground.indexOf(" " + words[i]) < 0) { return -1; }
      }
      return named ? (entry.folded === bare ? 1 : 3) : 5;
    };
  }

  function rankLoosely(query) {
    var loose = loosen(query);
    return function (entry) {
      if (entry.loose === undefined) { entry.loose = loosen(entry.text); }
      var at = entry.loose.indexOf(" " + loose);
      return at < 0 ? -1 : at === 0 ? 6 : 7;
    };
  }

  // Letters to change, add, drop or swap, given up beyond the limit.
  function distance(a, b, limit) {
    var before = null, row = [], i, j;
    for (j = 0; j <= b.length; j += 1) { row[j] = j; }
    for (i = 1; i <= a.length; i += 1) {
      var next = [i], best = i;
      for (j = 1; j <= b.length; j += 1) {
        var cost = a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1;
        var value = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + cost);
        if (i > 1 && j > 1 && cost && a.charAt(i - 1) === b.charAt(j - 2) && a.charAt(i - 2) === b.charAt(j - 1)) {
          value = Math.min(value, before[j - 2] + 1);
        }
        next[j] = value;
        if (value < best) { best = value; }
      }
      if (best > limit) { return limit + 1; }
      before = row; row = next;
    }
    return row[b.length];
  }

  function rankNearby(query) {
    var limit = query.length > 7 ? 2 : 1, loose = loosen(query);
    // A slip leaves the first letter or the end of a name as it is.
    function away(typed, name) {
      if (Math.abs(name.length - typed.length) > limit) { return limit + 1; }
      if (name.charAt(0) !== typed.charAt(0) && name.slice(-3) !== typed.slice(-3)) { return limit + 1; }
      return distance(typed, name, limit);
    }
    return function (entry) {
      // Two umlauts more or less at most: nearly all names are out before anything is compared.
      if (Math.abs(entry.folded.length - query.length) > limit + 2) { return -1; }
      var slips = away(query, entry.folded);
      if (slips <= limit) { return 8 + slips; }
      // Without the "e" of umlauts "Mnchen" is one slip away from "München".
      if (entry.bare === undefined) { entry.bare = loosen(entry.folded); }
      if (entry.bare === entry.folded && loose === query) { return -1; }
      slips = away(loose, entry.bare);
      return slips <= limit ? 10 + slips : -1;
    };
  }

  function collect(rank) {
    var found = [];
    load().forEach(function (entry) {
      var value = rank(entry);
      if (value >= 0) { found.push({ rank: value, entry: entry }); }
    });
    return found;
  }

  function order(a, b) {
    if (a.rank !== b.rank) { return a.rank - b.rank; }
    if (a.entry.folded !== b.entry.folded) { return a.entry.folded < b.entry.folded ? -1 : 1; }
    return a.entry.key < b.entry.key ? -1 : 1;
  }

  // {total, entries, near}: at most 30 entries, best first; near says that nothing is written like this.
  function search(text, allowed) {
    var digits = text.replace(/[\s./-]/g, "");
    var query = fold(text);
    if (!query) { return { total: 0, entries: [], near: false }; }
    var found, near = false;
    if (/^\d{2,12}$/.test(digits)) {
      found = collect(rankByKey(digits));
    } else {
      var bare = bareName(text);
      found = collect(rankByText(query, bare));
      if (found.length === 0) { found = collect(rankLoosely(bare || query)); }
      if (found.length === 0 && (bare || query).length > 3) {
        found = collect(rankNearby(bare || query));
        near = found.length > 0;
      }
    }
    if (allowed) { found = found.filter(function (item) { return allowed(item.entry); }); }
    var total = found.length;
    if (total > 400) {
      var top = found.filter(function (item) { return item.rank < 3; });
      if (top.length >= LIMIT) { found = top; }
    }
    found.sort(order);
    return { total: total, near: near, entries: found.slice(0, LIMIT).map(function (item) { return item.entry; }) };
  }

  // What a search found, in one sentence; shown is how many of the entries stand on the page.
  function outcome(text, result, shown) {
    if (!text) { return ""; }
    if (result.total === 0) { return window.say("search_none", { text: text }); }
    if (result.near) { return window.say("search_near", { text: text }); }
    if (result.total > shown) { return window.say("search_many", { n: result.total, shown: shown }); }
    return result.total === 1 ? window.TEXTS.search_one : window.say("search_some", { n: result.total });
  }

  function place(entry) {
    return [entry.kind, entry.kreis === entry.name ? "" : entry.kreis, entry.land, entry.key].filter(Boolean).join(" · ");
  }

  function find(key) {
    load();
    return Object.prototype.hasOwnProperty.call(byKey, key) ? byKey[key] : null;
  }

  function isReal(key) {
    var land = /^\d{5}(\d{3,4})?$/.test(key) ? key.slice(0, 2) : "";
    return land >= "01" && land <= "16";
  }

  window.Register = { load: load, search: search, outcome: outcome, find: find, fold: fold, place: place, isReal: isReal };
})();
