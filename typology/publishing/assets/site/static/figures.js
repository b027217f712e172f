// Drawings as files of their own: what a table or the map shows, with labels, figures, source and the colours of the page.
(function () {
  "use strict";
  var SVG = "http://www.w3.org/2000/svg", LINE = 26, LABEL = 300, PICTURE = 220, WIDE = 200, HIGH = 18, CELL = 110, SIZE = 14;
  var PAINT = ["fill", "fill-opacity", "stroke", "stroke-width", "opacity"];

  function svg(tag, attributes, text) {
    var node = document.createElementNS(SVG, tag);
    Object.keys(attributes).forEach(function (key) { node.setAttribute(key, attributes[key]); });
    if (text !== undefined) { node.textContent = text; }
    return node;
  }

  // A copy that needs no style sheet; what is used again and again stands in every place. The colour of a type is said
  // by the drawing around a shape, "inside" that of the drawing from which the shape is used.
  function plain(node, inside) {
    var style = window.getComputedStyle(node), moved = style.transform === "none" ? "" : style.transform, copy;
    if (node.tagName === "use") {
      copy = svg("g", { transform: moved + "translate(" + across(node.getAttribute("x")) + " " + (node.getAttribute("y") || 0) + ")", fill: style.fill, stroke: style.stroke, "stroke-width": style.strokeWidth });
      copy.appendChild(plain(document.getElementById(node.getAttribute("href").slice(1)), style.fill));
      return copy;
    }
    if (node.tagName === "marker") { return svg("g", {}); }
    if (node.tagName === "image") { return svg("path", window.GROUND); }
    copy = node.tagName === "a" ? svg("g", {}) : node.cloneNode(false);
    copy.removeAttribute("class");
    copy.removeAttribute("id");
    if (moved) { copy.setAttribute("transform", moved); }
    if (node.tagName !== "svg" && node.tagName !== "title") {
      PAINT.forEach(function (name) {
        // A shape without a rule of its own takes what is around it.
        if (inside && name === "fill" && style.fill !== "none") { return; }
        if (inside && (name === "stroke" || name === "stroke-width") && style.stroke === "none") { return; }
        var value = style.getPropertyValue(name);
        if (inside && name === "stroke" && node.classList.contains("outline")) { value = inside; }
        if (inside && name === "stroke" && node.classList.contains("ring")) { value = inside; }
        copy.setAttribute(name, value);
      });
    }
    Array.prototype.forEach.call(node.childNodes, function (child) {
      copy.appendChild(child.nodeType === 1 ? plain(child, inside) : child.cloneNode(false));
    });
    return copy;
  }

  // A place in a drawing of a table is a part of its width.
  function across(place) {
    return /%$/.test(place) ? parseFloat(place) / 100 * WIDE : place || 0;
  }

  // The drawing of a cell with the line below its marks, or the ground of its bar.
  function ofCell(drawing, x, y) {
    var style = window.getComputedStyle(drawing), bar = drawing.classList.contains("bar"), high = bar ? 10 : 1.5;
    var copy = svg("svg", { x: x, y: y, width: WIDE, height: HIGH, fill: style.fill, overflow: "visible" });
    copy.appendChild(svg("rect", { y: (HIGH - high) / 2, width: WIDE, height: high, fill: style.getPropertyValue(bar ? "--pale" : "--strong").trim() }));
    Array.prototype.forEach.call(drawing.children, function (child) {
      var part = plain(child);
      if (bar && child.tagName === "rect") { part.setAttribute("y", (HIGH - high) / 2); part.setAttribute("height", high); }
      copy.appendChild(part);
    });
    return copy;
  }

  function words(node) { return node.textContent.replace(/\s+/g, " ").trim(); }

  // Text that fits, on as many lines as it needs.
  function wrapped(text, width) {
    var pen = document.createElement("canvas").getContext("2d"), found = [""];
    pen.font = SIZE + "px sans-serif";
    text.split(" ").forEach(function (word) {
      var longer = (found[found.length - 1] + " " + word).trim();
      if (pen.measureText(longer).width > width && found[found.length - 1]) { found.push(word); } else { found[found.length - 1] = longer; }
    });
    return found;
  }

  function frame(width, height, title) {
    var body = window.getComputedStyle(document.body);
    var node = svg("svg", { xmlns: SVG, viewBox: "0 0 " + width + " " + height, width: width, height: height, "font-family": "sans-serif", "font-size": SIZE, fill: body.color });
    node.appendChild(svg("title", {}, title));
    node.appendChild(svg("rect", { width: width, height: height, fill: body.backgroundColor === "rgba(0, 0, 0, 0)" ? "#ffffff" : body.backgroundColor }));
    return node;
  }

  // Source and date, as they stand at the foot of the page.
  function source() {
    return Array.prototype.map.call(document.querySelectorAll(".source > div"), function (part) {
      return words(part.querySelector("dt")) + ": " + words(part.querySelector("dd"));
    }).join(" · ");
  }

  function write(node, lines, x, y, attributes) {
    lines.forEach(function (line, at) { node.appendChild(svg("text", Object.assign({ x: x, y: y + at * (SIZE + 3) }, attributes), line)); });
  }

  function ofTable(table) {
    var id = table.getAttribute("aria-labelledby"), named = id ? document.getElementById(id) : null;
    var title = words(document.querySelector("h1")) + ": " + (named ? words(named) : table.getAttribute("aria-label"));
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells), at = heads.findIndex(function (cell) { return cell.classList.contains("pic"); });
    var columns = heads.map(words), figures = columns.length - 2, width = LABEL + figures * CELL + PICTURE + 40;
    var foot = wrapped(source(), width - 40), top = wrapped(title, width - 40), rows = Array.prototype.slice.call(table.tBodies[0].rows);
    var labels = rows.map(function (row) { return wrapped(words(row.cells[0]), LABEL - 15); });
    var high = labels.map(function (lines) { return Math.max(LINE, lines.length * (SIZE + 3) + 8); });
    var y = 20 + top.length * 20 + 50, all = high.reduce(function (sum, one) { return sum + one; }, y);
    var node = frame(width, all + 20 + foot.length * (SIZE + 3), title);
    write(node, top, 20, 30, { "font-weight": "bold" });
    // Columns in their order: figures, the drawing where it stands in the table.
    function left(column) { return 20 + LABEL + (column - 1) * CELL - (column > at ? CELL - PICTURE : 0); }
    columns.forEach(function (text, column) {
      if (column) { write(node, wrapped(text, CELL - 10), left(column), y - 34, { "font-size": 12 }); }
    });
    rows.forEach(function (row, line) {
      write(node, labels[line], 20, y + 12, {});
      Array.prototype.forEach.call(row.cells, function (cell, column) {
        var drawing = cell.querySelector("svg");
        if (column === at && drawing) {
          node.appendChild(ofCell(drawing, left(at), y - 2));
        } else if (column && column !== at) {
          node.appendChild(svg("text", { x: left(column), y: y + 12 }, words(cell)));
        }
      });
      y += high[line];
    });
    write(node, foot, 20, all + 15, { "font-size": 12 });
    return new XMLSerializer().serializeToString(node);
  }

  // What a map shows: the shape of every type on it, and the name that the page has for it.
  function marks(map) {
    var found = [];
    Array.prototype.forEach.call(map.querySelectorAll("g > use, a > use"), function (use) {
      var group = use.closest("g[class^='type-']"), kind = group ? group.getAttribute("class").replace("type-", "") : "";
      var named = document.querySelector(kind === "none" ? "label[for=show-none]" : ".badge.type-" + (kind || "-"));
      if (named && !found.some(function (mark) { return mark.kind === kind; })) { found.push({ kind: kind, shape: use, text: words(named) }); }
    });
    return found;
  }

  function ofMap(map) {
    var box = map.viewBox.baseVal, scale = 5, width = box.width * scale, title = words(document.querySelector("h1"));
    var foot = wrapped(source(), width - 40), legend = marks(map);
    if (map.classList.contains("small")) { title += ": " + map.getAttribute("aria-label"); }
    var top = wrapped(title, width - 40), high = box.height * scale + 50 + 20 * top.length;
    var node = frame(width, high + 22 * legend.length + foot.length * (SIZE + 3), title), copy = plain(map);
    write(node, top, 20, 30, { "font-weight": "bold" });
    copy.setAttribute("y", 20 + 20 * top.length);
    copy.setAttribute("width", width);
    copy.setAttribute("height", box.height * scale);
    node.appendChild(copy);
    var y = box.height * scale + 40 + 20 * top.length;
    legend.forEach(function (mark) {
      var symbol = plain(mark.shape);
      symbol.setAttribute("transform", "translate(28 " + (y - 5) + ")");
      node.appendChild(symbol);
      node.appendChild(svg("text", { x: 44, y: y }, mark.text));
      y += 22;
    });
    write(node, foot, 20, y + 5, { "font-size": 12 });
    return new XMLSerializer().serializeToString(node);
  }

  window.Figures = { ofTable: ofTable, ofMap: ofMap };
})();
