// Unpacks the register and finds bodies by name, key, Kreis or Land. Nothing leaves the page.
(function () {
  "use strict";
  var LIMIT = 30, ASCII = /^[\x00-\x7f]*$/;
  var N = null;
  var postcodes = null, asked = false;
  var entries = null;
  var grounds = [], kindWords = [];  // Kreis, Land and kind in words, and other words for a kind: entries hold their places
  var byKey = {}, byForm = {}, formerByKey = {}, formerByForm = {};

  // The words of a name in plain small letters, without the small words between them; as register/folding.py does it.
  function foldedWords(text) {
    var plain = text.toLowerCase(), ascii = ASCII.test(plain);
    if (!ascii) {
      plain = text.normalize("NFKC").toLowerCase().replace(/[^\x00-\x7f]/gu, function (sign) {
        return own(N.letters, sign) ? N.letters[sign] : sign;
      });
      ascii = ASCII.test(plain);
    }
    if (!ascii) { plain = plain.normalize("NFKD").replace(/\p{M}/gu, ""); }
    var words = plain.match(ascii ? /[a-z0-9]+/g : /[\p{L}\p{N}]+/gu) || [];
    var last = words.length - 1;
    words.forEach(function (word, place) { if (place < last && N.saints.indexOf(word) >= 0) { words[place] = N.saint; } });
    var kept = words.filter(function (word) { return word.length > 9 || N.small.indexOf(word) < 0; });
    return kept.length ? kept : words;
  }

  function own(object, name) {
    return Object.prototype.hasOwnProperty.call(object, name);
  }

  function fold(text) {
    return foldedWords(text).join(" ");
  }

  // Bavaria's short suffixes in full: "Grafing b.München, St".
  function speltOut(name) {
    return name.split(",").map(function (part, place) {
      var short = part.trim().toLowerCase();
      return place ? " " + (own(N.suffixes, short) ? N.suffixes[short] : part) : part;
    }).join(",");
  }

  // The kinds of body that a word before or after a name means, [] for any, null when it is no such word.
  function kindsOf(word) {
    if (own(N.titles, word)) { return N.titles[word]; }
    if (own(N.offices, word)) { return N.offices[word]; }
    return /stadt$/.test(word) && !own(byForm, word) ? N.places : null;
  }

  // The name without what the register appends after a comma; the commas of a Verband separate its members.
  function baseName(entry) {
    return entry.type === "verband" ? entry.name : entry.name.split(",")[0].trim();
  }

  // As a name is shown: "Bad Abbach, M" with its suffix in full.
  function shownName(entry) {
    var at = entry.name.lastIndexOf(", "), short = at < 0 ? "" : entry.name.slice(at + 2).toLowerCase();
    return own(window.REGISTER.suffixes, short) ? entry.name.slice(0, at + 2) + window.REGISTER.suffixes[short] : entry.name;
  }

  // The Kreis where it is another body than the place itself: not "Ulm, Stadtkreis" for Ulm.
  function kreisOf(entry) {
    return entry.kreis.split(",")[0] === entry.name.split(",")[0] ? "" : entry.kreis;
  }

  // The official name, the name without suffix, and the name without its addition, each as folded words.
  function formsOf(entry) {
    var base = baseName(entry);
    var short = base.replace(N.additions, "").trim() || base;
    if (entry.type === "kreis") {
      short = base.split(/\s+/).filter(function (word) { return !own(N.titles, foldedWords(word).join("")); }).join(" ") || base;
    }
    var folded = foldedWords(base);
    return [entry.name === base ? folded : foldedWords(speltOut(entry.name)), folded, short === base ? folded : foldedWords(short)];
  }

  // The name without the kind of body that was written before or behind it; "" when nothing else is there.
  function bareName(words) {
    return words.filter(function (word) { return kindsOf(word) === null; }).join(" ");
  }

  // "Munchen" and "Muenchen" alike.
  function loosen(folded) {
    return folded.replace(/([aou])e/g, "$1");
  }

  function unpack(data) {
    var names = data.names ? data.names.split("\n") : [];
    var keys = data.keys.split(";"), groups = data.groups.split(","), kreise = data.kreise.split("\n");
    var raw = data.raw ? data.raw.split("\n") : [];
    var list = [], rawNext = 0, next = 0;
    groups.forEach(function (group, number) {
      var deltas = keys[number].split(","), last = 0;
      for (var inGroup = 0; inGroup < data.sizes[number]; inGroup += 1) {
        var entry = { name: names[next], kreis: kreise[number], place: next };
        if (group) {
          last += deltas[inGroup] ? parseInt(deltas[inGroup], 36) : 1;
          entry.key = group + String(last).slice(1);
          entry.land = data.laender[entry.key.slice(0, 2)] || "";
        } else {
          var parts = raw[rawNext].split("\t");
          rawNext += 1;
          entry.key = parts[0]; entry.kreis = parts[1]; entry.land = parts[2];
        }
        var pair = data.pairs[data.kinds.charCodeAt(next) - 93];
        entry.kind = pair[0];
        entry.size = pair[1];
        entry.type = pair[2];
        entry.listed = false;
        entry.partner = false;
        entry.order = -1;
        list.push(entry);
        next += 1;
      }
    });
    data.listed.forEach(function (place) { list[place].listed = true; });
    data.partners.forEach(function (place) { list[place].partner = true; });
    // Among equals the larger size class goes first.
    var sizes = data.size_classes.filter(Boolean);
    list.forEach(function (entry) { entry.large = entry.size ? sizes.indexOf(entry.size) : sizes.length; });
    // The larger of several of one name goes first.
    data.larger.forEach(function (place, order) { list[place].order = order; });
    return list;
  }

  // Words for a kind of body, beside the one of the register: "LK Gifhorn", "Rathaus Ulm".
  function also(type) {
    return [N.titles, N.offices].map(function (words) {
      return Object.keys(words).filter(function (word) {
        return words[word].indexOf(type) >= 0 || (words[word].length === 0 && N.places.indexOf(type) >= 0);
      }).join(" ");
    }).join(" ");
  }

  function load() {
    if (entries) { return entries; }
    var groundOf = {}, alsoOf = {};
    N = window.REGISTER.folding;
    N.additions = new RegExp("\\(.*|\\s*/.*|\\s+(?:" + N.addition.join("|") + ")(?![\\p{L}\\p{N}_]).*", "iu");
    N.label = new RegExp("^" + N.label, "i");
    N.behind = new RegExp(N.label_behind + "$", "i");
    entries = unpack(window.REGISTER);
    entries.forEach(function (entry) {
      byKey[entry.key] = entry;
      var forms = formsOf(entry);
      // Without what follows the comma: "Aachen, Stadt" is Aachen.
      entry.folded = entry.type === "verband" ? fold(entry.name.split(",")[0]) : forms[1].join(" ");
      entry.text = " " + forms[0].join(" ");
      forms.forEach(function (words, rank) {
        if (rank && words === forms[rank - 1]) { return; }
        var form = words.join(""), hits = own(byForm, form) ? byForm[form] : (byForm[form] = []);
        if (!hits.some(function (hit) { return hit.entry === entry; })) { hits.push({ entry: entry, rank: rank }); }
      });
      var place = entry.kreis + "\n" + entry.land + "\n" + entry.kind;
      if (!own(groundOf, place)) {
        groundOf[place] = grounds.push(" " + fold("x " + entry.kreis + " " + entry.land + " " + entry.kind).slice(2)) - 1;
      }
      if (!own(alsoOf, entry.type)) { alsoOf[entry.type] = kindWords.push(" " + also(entry.type) + " ") - 1; }
      entry.ground = groundOf[place];
      entry.also = alsoOf[entry.type];
    });
    (window.REGISTER.former ? window.REGISTER.former.split("\n") : []).forEach(function (line) {
      var parts = line.split("\t");
      var found = { key: parts[0], entries: parts[1].split(",").map(function (key) { return byKey[key]; }) };
      formerByKey[found.key] = found;
      parts.slice(2).forEach(function (name) {
        [name, name.split(",")[0]].map(function (text) { return foldedWords(text).join(""); }).forEach(function (form) {
          var known = own(formerByForm, form) ? formerByForm[form] : (formerByForm[form] = []);
          if (known.indexOf(found) < 0) { known.push(found); }
        });
      });
    });
    return entries;
  }

  // Bodies of exactly this name: a place before a Kreis, that before a Verband; the full name first, then the larger.
  function exact(words) {
    var form = words.join("");
    var hits = own(byForm, form) ? byForm[form].slice() : [];
    function kind(entry) { return entry.type === "kreis" ? 1 : entry.type === "verband" ? 2 : 0; }
    hits.sort(function (a, b) {
      return kind(a.entry) - kind(b.entry) || (a.rank === 2) - (b.rank === 2) || a.entry.order - b.entry.order || a.entry.place - b.entry.place;
    });
    return hits.map(function (hit) { return hit.entry; });
  }

  // The parts of a name without words of the office around them, longest first.
  function partsOf(words) {
    var starts = [0], stops = [words.length], parts = [];
    while (starts[starts.length - 1] < words.length - 1 && kindsOf(words[starts[starts.length - 1]]) !== null) { starts.push(starts.length); }
    while (stops[stops.length - 1] > 1 && kindsOf(words[stops[stops.length - 1] - 1]) !== null) { stops.push(words.length - stops.length); }
    starts.forEach(function (start) {
      stops.forEach(function (stop) { if (start < stop) { parts.push([start, stop]); } });
    });
    return parts.sort(function (a, b) { return (a[0] - a[1]) - (b[0] - b[1]) || a[0] - b[0]; });
  }

  function around(words, part) {
    return words.slice(0, part[0]).concat(words.slice(part[1]));
  }

  function kindsIn(words) {
    return words.reduce(function (kinds, word) { return kinds.concat(kindsOf(word) || []); }, []);
  }

  function firstFound(list, find) {
    for (var i = 0; i < list.length; i += 1) {
      var found = find(list[i]);
      if (found.length) { return found; }
    }
    return [];
  }

  // The name between words such as "Landkreis" and "Stadtverwaltung", of a body of that kind.
  function titled(words) {
    return firstFound(partsOf(words).slice(1), function (part) {
      var outside = around(words, part), kinds = kindsIn(outside);
      var found = exact(words.slice(part[0], part[1])).filter(function (entry) {
        return kinds.length === 0 || kinds.indexOf(entry.type) >= 0;
      });
      function says(entry) {
        return foldedWords(speltOut(entry.name)).some(function (word) { return outside.indexOf(word) >= 0; });
      }
      return found.filter(says).concat(found.filter(function (entry) { return !says(entry); }));
    });
  }

  function ofOtherKind(words) {
    return firstFound(partsOf(words).slice(1), function (part) { return exact(words.slice(part[0], part[1])); });
  }

  // The name before a comma or bracket, kept where the rest names its Kreis or Land.
  function placed(text) {
    var whole = text.replace(/[(\[;|]/g, ","), at = whole.indexOf(",");
    if (at < 0) { return []; }
    var name = foldedWords(whole.slice(0, at));
    var rest = foldedWords(whole.slice(at + 1)).filter(function (word) { return !own(N.titles, word); });
    if (!name.length || !rest.length) { return []; }
    return inPlace(firstFound([exact, titled, ofOtherKind], function (find) { return find(name); }), rest);
  }

  function inPlace(found, rest) {
    return found.filter(function (entry) {
      var known = foldedWords(entry.name + " " + entry.kreis + " " + entry.land);
      return rest.every(function (word) { return known.some(function (other) { return other.indexOf(word) === 0; }); });
    });
  }

  // The same without a comma: "Neuenkirchen Steinfurt".
  function beforePlace(words) {
    for (var stop = words.length - 1; stop > 0; stop -= 1) {
      var name = words.slice(0, stop);
      var rest = words.slice(stop).filter(function (word) { return !own(N.titles, word); });
      var found = rest.length ? inPlace(firstFound([exact, titled], function (find) { return find(name); }), rest) : [];
      if (found.length) { return found; }
    }
    return [];
  }

  // Each word as it stands in a text of words: with a blank before it.
  function asStarts(words) {
    return words.map(function (word) { return " " + word; });
  }

  function begins(entry, starts) {
    for (var i = 0; i < starts.length; i += 1) {
      if (entry.text.indexOf(starts[i]) < 0) { return false; }
    }
    return true;
  }

  // Bodies of the kind that is said, every word of the rest begins a word of their name; the shorter name first.
  function titledBeginning(words) {
    return firstFound(partsOf(words).slice(1), function (part) {
      var kinds = kindsIn(around(words, part)), rest = asStarts(words.slice(part[0], part[1]));
      var found = load().filter(function (entry) { return kinds.indexOf(entry.type) >= 0 && begins(entry, rest); });
      function length(entry) { return foldedWords(entry.name).join("").length; }
      return found.sort(function (a, b) { return length(a) - length(b) || a.place - b.place; });
    });
  }

  // Whether every word begins a word of some name.
  function isBeginning(words) {
    var starts = asStarts(words);
    return load().some(function (entry) { return begins(entry, starts); });
  }

  // What became of a body that had this name before it was dissolved or renamed.
  function former(words) {
    return firstFound(partsOf(words), function (part) {
      var kinds = kindsIn(around(words, part)), form = words.slice(part[0], part[1]).join(""), found = [];
      (own(formerByForm, form) ? formerByForm[form] : []).forEach(function (old) {
        var types = { 5: ["kreis", "kreisfrei"], 8: N.places, 9: ["verband"] }[old.key.length] || [];
        if (kinds.length === 0 || types.some(function (type) { return kinds.indexOf(type) >= 0; })) {
          old.entries.forEach(function (entry) { if (found.indexOf(entry) < 0) { found.push(entry); } });
        }
      });
      return found;
    });
  }

  // The longest name inside an office's ("Jobcenter Kreis Steinfurt"), of several the last.
  function inside(words) {
    for (var length = words.length - 1; length > 0; length -= 1) {
      for (var start = words.length - length; start >= 0; start -= 1) {
        var part = words.slice(start, start + length);
        if (length > 1 || kindsOf(part[0]) === null) {
          var found = exact(part);
          if (!found.length) { found = titled(part); }
          if (found.length) { return found; }
        }
      }
    }
    return [];
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
    // Of a Kreis with zeros behind it, and of a kreisfreie Stadt without them.
    forms.slice().forEach(function (form) {
      if (form.length === 8 && form.slice(5) === "000") { forms.push(form.slice(0, 5)); }
      if (form.length === 5) { forms.push(form + "000"); }
    });
    return forms;
  }

  function rankByKey(query) {
    var forms = keys(query), successors = [];
    forms.forEach(function (form) { if (own(formerByKey, form)) { successors = successors.concat(formerByKey[form].entries); } });
    return function (entry) {
      for (var i = 0; i < forms.length; i += 1) {
        if (entry.key === forms[i]) { return i === 0 ? 0 : 1; }
      }
      var after = successors.indexOf(entry);
      return after >= 0 ? 1 + after / 1000 : entry.key.indexOf(query) === 0 ? 2 : -1;
    };
  }

  // Bodies whose administration has its seat at this postcode; none until the postcodes are loaded.
  function atPostcode(code) {
    if (window.POSTCODES && !postcodes) {
      var last = 0;
      postcodes = {};
      window.POSTCODES.split(",").forEach(function (step, place) {
        if (!step) { return; }
        last += parseInt(step, 36);
        var known = ("0000" + last).slice(-5);
        (postcodes[known] = postcodes[known] || []).push(load()[place]);
      });
    }
    return postcodes && own(postcodes, code) ? postcodes[code] : [];
  }

  // The postcodes are a file of their own, loaded when the first number is typed; then the search is made again.
  function withPostcodes(text, again) {
    var node = document.querySelector("script[data-postcodes]");
    if (!node || asked || !/\d{4}/.test(text)) { return; }
    asked = true;
    window.loadScript(node.getAttribute("data-postcodes"), again, function () { asked = false; });
  }

  function rankByText(query, bare) {
    var start = " " + query, single = query.length === 1;
    var words = query.split(" "), starts = asStarts(words);
    // Many bodies share a ground and words for their kind: each of these is asked once.
    var meant = words.map(function (word, i) {
      var written = starts[i] + (word.length > 5 ? "" : " ");
      return {
        grounds: grounds.map(function (ground) { return ground.indexOf(starts[i]) >= 0; }),
        kinds: kindWords.map(function (also) { return also.indexOf(written) >= 0; })
      };
    });
    return function (entry) {
      var at = entry.text.indexOf(query);
      if (single && at !== 1) { return -1; }
      if (at >= 0) {
        if (entry.folded === query) { return 0; }
        if (at === 1) { return 1; }
        return entry.text.indexOf(start) >= 0 ? 2 : 4;
      }
      var named = false;
      for (var i = 0; i < words.length; i += 1) {
        // a single word that is nowhere in the text begins no word of it either
        if (words.length > 1 && entry.text.indexOf(starts[i]) >= 0) { named = true; }
        else if (!meant[i].grounds[entry.ground] && !meant[i].kinds[entry.also]) { return -1; }
      }
      return named ? (entry.folded === bare ? 1 : 3) : 5;
    };
  }

  function rankLoosely(query) {
    var start = " " + loosen(query);
    return function (entry) {
      if (entry.loose === undefined) { entry.loose = loosen(entry.text); }
      var at = entry.loose.indexOf(start);
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
    if (a.rank < 0) { return a.lead - b.lead; }
    if (a.entry.large !== b.entry.large) { return a.entry.large - b.entry.large; }
    if (a.entry.folded !== b.entry.folded) { return a.entry.folded < b.entry.folded ? -1 : 1; }
    return a.entry.key < b.entry.key ? -1 : 1;
  }

  // The digits of a key, with the words that people write around them: "AGS 01001000", "DE_01001000".
  function digitsOf(text) {
    var bare = text.normalize("NFKC").trim().replace(N.label, "").replace(N.behind, "");
    return bare.replace(/[\s./_-]/g, "");
  }

  // {total, entries, near}: at most 30 entries, best first; near says that nothing is written like this.
  function search(text, allowed) {
    load();
    var foreign = own(window.REGISTER.exonyms, fold(text)) ? window.REGISTER.exonyms[fold(text)] : "";
    if (foreign) { text = foreign; }
    var written = /^\s*(?:D-?)?\s*(\d{5})\s+(?=\D)(.*)$/i.exec(text);
    if (written && atPostcode(written[1]).length) { text = written[2]; }
    var digits = digitsOf(text), words = foldedWords(speltOut(text));
    var query = words.join(" ");
    if (!query) { return { total: 0, entries: [], near: false }; }
    var found, near = false;
    if (/^\d{2,12}$/.test(digits)) {
      var seats = atPostcode(digits.length === 4 ? "0" + digits : digits);
      found = collect(rankByKey(digits));
      found = found.concat(seats.filter(function (entry) {
        return !found.some(function (item) { return item.entry === entry; });
      }).map(function (entry) { return { rank: 1.5, entry: entry }; }));
    } else {
      var bare = bareName(words);
      var lead = firstFound([exact, titled], function (find) { return find(words); });
      if (!lead.length) { lead = placed(text); }
      found = collect(rankByText(query, bare));
      if (!lead.length && !isBeginning(words)) {
        lead = firstFound([beforePlace, titledBeginning, former, ofOtherKind, inside], function (find) { return find(words); });
      }
      found = lead.map(function (entry, place) { return { rank: -1, lead: place, entry: entry }; })
        .concat(found.filter(function (item) { return lead.indexOf(item.entry) < 0; }));
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

  // The official label is German; on pages in other languages the kind is named in theirs.
  function kindOf(entry) {
    return document.documentElement.lang === "de" ? entry.kind : window.TEXTS["kind_" + entry.type] || entry.kind;
  }

  function place(entry) {
    return [kindOf(entry), kreisOf(entry), entry.land, entry.key].filter(Boolean).join(" · ");
  }

  function find(key) {
    load();
    return Object.prototype.hasOwnProperty.call(byKey, key) ? byKey[key] : null;
  }

  function isReal(key) {
    var land = /^\d{5}(\d{3,4})?$/.test(key) ? key.slice(0, 2) : "";
    return land >= "01" && land <= "16";
  }

  window.Register = { load: load, search: search, outcome: outcome, find: find, baseName: baseName, shownName: shownName, kreisOf: kreisOf, withPostcodes: withPostcodes, fold: fold, place: place, kindOf: kindOf, isReal: isReal };
})();
