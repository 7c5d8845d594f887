// The provision: a panel beside the answer on a wide screen, a sheet over the page on a narrow one. `element` is its content.
const narrow = matchMedia('(max-width: 959px)');
const root = document.documentElement;
const side = () => element.closest('#nj-side');
let quiet = [];

const others = (box) => { // everything beside the way from the sheet to the body, but not what leads out of here
  const found = [];
  for (let at = box; at !== document.body; at = at.parentElement) {
    for (const other of at.parentElement.children) {
      if (other !== at && !other.querySelector('#nj-leave') && other.id !== 'nj-leave') found.push(other);
    }
  }
  return found;
};

const close = () => {
  if (root.classList.contains('nj-sheet')) {
    root.classList.remove('nj-sheet');
    quiet.forEach((other) => { other.inert = false; });
    quiet = [];
  }
  const opener = window.niangjiaOpener && window.niangjiaOpener.isConnected ? window.niangjiaOpener
    : document.querySelector('[data-cite="' + window.niangjiaOpened + '"]');
  if (!opener) return;
  opener.focus({preventScroll: true});
  opener.scrollIntoView({block: 'center'});
};

const open = () => {
  const box = side(), first = element.querySelector('h2') || element.querySelector('.nj-close');
  if (!box || !first) return;
  const modal = narrow.matches;
  box.setAttribute('role', modal ? 'dialog' : 'complementary');
  box.setAttribute('aria-label', element.firstElementChild.dataset.name);
  if (modal && !root.classList.contains('nj-sheet')) {
    root.classList.add('nj-sheet');
    quiet = others(box);
    quiet.forEach((other) => { other.inert = true; });
  }
  if (modal) box.setAttribute('aria-modal', 'true'); else box.removeAttribute('aria-modal');
  first.focus({preventScroll: true});
  const mark = element.querySelector('mark');
  box.scrollTop = 0;
  if (mark && box.scrollHeight > box.clientHeight) {
    const below = mark.getBoundingClientRect().bottom - box.getBoundingClientRect().bottom;
    if (below > 0) box.scrollTop = below + 40;
  }
};

window.niangjiaShow = open;
element.addEventListener('click', (event) => { if (event.target.closest('[data-back]')) close(); });
document.addEventListener('click', (event) => {
  if (root.classList.contains('nj-sheet') && event.target.id === 'nj-page') close();
});
document.addEventListener('keydown', (event) => {
  if (!root.classList.contains('nj-sheet')) return;
  if (event.key === 'Escape') return close();
  if (event.key !== 'Tab') return;
  const stops = [...side().querySelectorAll('button, a[href]')].concat([...document.querySelectorAll('#nj-leave')]);
  const at = stops.indexOf(document.activeElement), step = event.shiftKey ? -1 : 1;
  event.preventDefault();
  stops[(at < 0 ? (step > 0 ? 0 : stops.length - 1) : at + step + stops.length) % stops.length].focus();
});
narrow.addEventListener('change', () => { if (root.classList.contains('nj-sheet')) close(); });
