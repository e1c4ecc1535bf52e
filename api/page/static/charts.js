// Draws each `[data-chart]` from the table it names, so that both show the same numbers.
"use strict";

const narrow = matchMedia("(max-width: 720px)");
const dark = matchMedia("(prefers-color-scheme: dark)");

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function numbers(table) {
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows];
  return {
    labels: rows.map((row) => row.cells[0].textContent),
    datasets: names.map((name, place) => ({
      label: name,
      data: rows.map((row) => Number(row.cells[place + 1].dataset.eur)),
      backgroundColor: token(`--series-${place + 1}`),
      borderColor: token("--surface"),
      borderWidth: { top: 1 },
      maxBarThickness: 44,
    })),
  };
}

function axis(grid) {
  return {
    stacked: true,
    border: { display: false },
    grid: { display: grid, color: token("--line") },
    ticks: { color: token("--muted"), maxRotation: 0, autoSkipPadding: 16 },
  };
}

function draw(place) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", place.dataset.title);
  place.replaceChildren(canvas);
  return new Chart(canvas, {
    type: "bar",
    data: numbers(document.getElementById(place.dataset.chart)),
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: axis(false),
        y: { ...axis(true), title: { display: true, text: "EUR", color: token("--muted") } },
      },
      plugins: {
        legend: {
          position: "bottom",
          align: "start",
          labels: { color: token("--ink"), boxWidth: 12, boxHeight: 12, padding: narrow.matches ? 10 : 16 },
        },
        tooltip: {
          callbacks: { label: (item) => ` ${item.dataset.label}: ${item.parsed.y.toFixed(4)} EUR` },
        },
      },
    },
  });
}

let drawn = [];

function drawAll() {
  drawn.forEach((chart) => chart.destroy());
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  drawn = [...document.querySelectorAll("[data-chart]")].map(draw);
}

drawAll();
dark.addEventListener("change", drawAll);
narrow.addEventListener("change", drawAll);
