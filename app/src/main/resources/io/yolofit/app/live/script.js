const at = id => document.getElementById(id);

function make(name, text, type) {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  if (type) node.className = type;
  return node;
}

function digits(value) {
  if (value === null || value === undefined || !isFinite(value)) return "–";
  const size = Math.abs(value);
  return size === 0 ? "0" : size >= 100 ? value.toFixed(0) : size >= 1 ? value.toFixed(2)
    : size >= 0.001 ? value.toPrecision(3) : value.toExponential(1);
}

function time(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const whole = Math.round(seconds), pad = part => String(part).padStart(2, "0");
  return whole >= 3600 ? Math.floor(whole / 3600) + ":" + pad(Math.floor(whole / 60) % 60) + ":" + pad(whole % 60)
    : Math.floor(whole / 60) + ":" + pad(whole % 60);
}

// A path, which may be broken after its slashes.
function path(node, text) {
  node.replaceChildren(...text.split(/(?<=[/])/).flatMap(part => [part, make("wbr")]));
}

// Series: {name, points: [[x, y], ...], dash, color: a number; by default its index}.
function plot(id, series, zero) {
  const box = at(id);
  box.replaceChildren();
  series = series.map((one, index) => ({...one, color: "var(--c" + (one.color ?? index) % 6 + ")",
    points: one.points.filter(p => p[1] !== null && p[1] !== undefined && isFinite(p[1]))}))
    .filter(one => one.points.length);
  if (!series.length) {
    box.append(make("p", "nothing yet", "note"));
    return;
  }
  const all = series.flatMap(one => one.points);
  let low = zero ? 0 : Infinity, high = -Infinity, left = Infinity, right = -Infinity;
  for (const [x, y] of all) {
    low = Math.min(low, y); high = Math.max(high, y); left = Math.min(left, x); right = Math.max(right, x);
  }
  if (high === low) { high += Math.abs(high) * .1 || 1; low -= zero ? 0 : Math.abs(low) * .1 || 1; }
  const frame = make("div", undefined, "plot"), y = make("div", undefined, "y"), x = make("div", undefined, "x");
  y.append(make("span", digits(high)), make("span", digits((low + high) / 2)), make("span", digits(low)));
  const epoch = at => Number.isInteger(at) ? String(at) : digits(at);
  x.append(make("span", epoch(left)), make("span", "epoch"), make("span", epoch(right)));
  const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 1000 1000");
  svg.setAttribute("preserveAspectRatio", "none");
  const keys = make("div", undefined, "keys");
  for (const one of series) {
    const placed = one.points.map(p => [right === left ? 500 : 1000 * (p[0] - left) / (right - left),
      1000 - 960 * (p[1] - low) / (high - low)]);
    if (placed.length === 1) placed.unshift([placed[0][0] - 12, placed[0][1]]);
    const line = document.createElementNS(space, "polyline");
    line.setAttribute("points", placed.map(p => p[0].toFixed(1) + "," + p[1].toFixed(1)).join(" "));
    line.style.stroke = one.color;
    if (one.dash) line.setAttribute("class", "dashed");
    svg.append(line);
    const key = make("span"), mark = make("i", undefined, one.dash ? "dash" : "");
    mark.style.color = one.color;
    key.append(mark, one.name + " ", make("b", digits(one.points.at(-1)[1])));
    keys.append(key);
  }
  frame.append(y, svg, x);
  box.append(frame, keys);
}
