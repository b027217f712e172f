// How far bodies of the register are apart, and which listed ones are near: same kind, size class, distance.
(function () {
  "use strict";
  var M = window.Marks, EARTH_KM = 6371;
  var home = document.body.getAttribute("data-home");
  var facts = null, listed = null;

  // One number a body, in base 36; "" where the register has none. Of coordinates the difference to the one before.
  function numbers(text, scale, added) {
    var last = 0;
    return (text ? text.split(",") : []).map(function (part) {
      if (part === "") { return null; }
      last = added ? last + parseInt(part, 36) : parseInt(part, 36);
      return last / scale;
    });
  }

  function load() {
    if (facts) { return facts; }
    var data = window.PLACES;
    facts = {
      population: numbers(data.population, 1, false), area: numbers(data.area, 10, false),
      east: numbers(data.longitude, data.scale, true), north: numbers(data.latitude, data.scale, true)
    };
    return facts;
  }

  function known(list, place) { return list[place] === undefined ? null : list[place]; }

  // {population, area, east, north} of a body, null for what the register does not know.
  function factsOf(entry) {
    var all = load(), found = {};
    Object.keys(all).forEach(function (name) { found[name] = known(all[name], entry.place); });
    return found;
  }

  // Kilometres between two bodies as the crow flies, null where a coordinate is missing.
  function kilometres(one, two) {
    var a = factsOf(one), b = factsOf(two), radians = Math.PI / 180;
    if (a.east === null || b.east === null || a.north === null || b.north === null) { return null; }
    var half = Math.pow(Math.sin((b.north - a.north) * radians / 2), 2) +
      Math.cos(a.north * radians) * Math.cos(b.north * radians) * Math.pow(Math.sin((b.east - a.east) * radians / 2), 2);
    return 2 * EARTH_KM * Math.asin(Math.sqrt(half));
  }

  // Kreise with Kreise, Verbände with Verbände, municipalities with municipalities, and kreisfreie Städte among them.
  function group(entry) {
    return entry.type === "kreis" || entry.type === "verband" ? entry.type : "place";
  }

  // The listed bodies in the order of the register: {key, name, type, topic, partner, entry}.
  function all() {
    if (listed) { return listed; }
    var data = window.LISTED;
    listed = window.Register.load().filter(function (entry) { return entry.listed; }).map(function (entry, at) {
      return {
        key: entry.key, name: window.Register.baseName(entry), type: data.types[data.type[at]] || "", topic: data.topics[data.topic[at]] || null,
        partner: entry.partner, entry: entry
      };
    });
    return listed;
  }

  // Listed bodies of the same kind: the nearest size class first, then the nearest place, at most so many.
  function find(own, most, wanted) {
    var sizes = window.REGISTER.size_classes;
    return all().filter(function (item) {
      return item.key !== own.key && window.Register.isReal(item.key) === window.Register.isReal(own.key) &&
        group(item.entry) === group(own) && wanted(item);
    }).map(function (item) {
      return { item: item, entry: item.entry };
    }).map(function (found) {
      var km = kilometres(own, found.entry), both = own.size && found.entry.size;
      found.km = km;
      found.steps = both ? Math.abs(sizes.indexOf(own.size) - sizes.indexOf(found.entry.size)) : 0;
      found.away = km === null ? (found.entry.kreis === own.kreis ? 1e5 : found.entry.land === own.land ? 1e6 : 1e7) : km;
      return found;
    }).sort(function (a, b) {
      return a.steps - b.steps || a.away - b.away || (a.item.key < b.item.key ? -1 : 1);
    }).slice(0, most);
  }

  function typeOf(key) {
    return window.CHECK.types.filter(function (type) { return type.key === key; })[0] || null;
  }

  // "Kreis · 24.300 Einwohner · 42 km": what the register says of a place seen from another.
  function place(found) {
    var people = factsOf(found.entry).population;
    return [
      window.Register.kreisOf(found.entry), found.entry.land === found.entry.name ? "" : found.entry.land,
      people === null ? "" : window.say("inhabitants", { n: people }), found.km === null ? "" : window.say("km_away", { n: Math.round(found.km) })
    ].filter(Boolean).join(" · ");
  }

  function list(found) {
    var node = M.el("ul", { "class": "partners" });
    found.forEach(function (match) {
      var type = match.item.type ? typeOf(match.item.type) : null;
      node.appendChild(M.el("li", {}, M.el("p", {},
        M.el("a", { href: home + "gemeinde/" + match.item.key + ".html" }, M.name(match.item.name)), " ", type ? M.badge(type) : null),
        M.el("p", {}, place(match)),
        match.item.topic ? M.el("p", { "class": "topic" }, window.say("can_tell", { field: M.tr(match.item.topic) })) : null));
    });
    return found.length ? node : M.el("p", {}, window.TEXTS.no_partner);
  }

  window.Near = { all: all, find: find, list: list, facts: factsOf, kilometres: kilometres, typeOf: typeOf };
})();
