// The conversation: its buttons, and where it is scrolled to. Runs once with `element`, `trigger`, `watch` (gr.HTML).
let turns = 0;
const live = document.createElement('p');
live.id = 'nj-live';
live.setAttribute('role', 'status');
document.body.append(live);
const find = (id) => element.querySelector('#' + id);
const tell = (button, text) => {
  const told = button.closest('.nj-answer').querySelector('.nj-told');
  told.textContent = text;
};

const copy = async (button) => {
  const box = find('nj-copied-' + button.dataset.copy);
  const words = element.firstElementChild.dataset;
  try {
    await navigator.clipboard.writeText(box.value);
    box.hidden = true;
    tell(button, words.copied);
  } catch (refused) { // no secure context, or the browser says no
    box.hidden = false;
    box.focus();
    box.select();
    tell(button, words.byhand);
  }
};

const print = (button) => {
  const turn = button.closest('.nj-turn'), root = document.documentElement;
  element.querySelectorAll('details').forEach((box) => { if (turn.contains(box)) box.open = true; });
  turn.classList.add('nj-printed');
  root.classList.add('nj-print-one');
  addEventListener('afterprint', () => {
    turn.classList.remove('nj-printed');
    root.classList.remove('nj-print-one');
  }, {once: true});
  window.print();
};

const toggle = (button) => {
  const box = find(button.dataset.open);
  box.hidden = !box.hidden;
  const opener = element.querySelector('[aria-controls="' + box.id + '"]');
  opener.setAttribute('aria-expanded', String(!box.hidden));
  const first = box.querySelector('select, input');
  box.hidden ? opener.focus() : first.focus();
};

const complain = (button) => {
  const form = button.closest('.nj-why');
  const data = {number: button.dataset.bad, good: false};
  if (form) {
    const reason = form.querySelector('input[type=radio]:checked');
    form.querySelector('.nj-missing').hidden = Boolean(reason);
    if (!reason) return;
    data.reason = Number(reason.value);
    data.said = form.querySelector('textarea').value;
    data.keep = form.querySelector('input[type=checkbox]').checked;
  }
  trigger('submit', data);
};

const cite = (button) => {
  window.niangjiaOpened = button.dataset.cite;
  window.niangjiaOpener = button;
  element.querySelectorAll('[data-cite]').forEach((other) => {
    if (other.dataset.cite === button.dataset.cite) other.setAttribute('aria-pressed', 'true');
    else other.removeAttribute('aria-pressed');
  });
  trigger('click', {cite: button.dataset.cite});
};

const again = (button) => {
  const turn = button.closest('.nj-turn');
  const chosen = turn.querySelector('.nj-change:not([hidden]) select');
  const data = {number: button.dataset.again, chosen: Boolean(button.closest('.nj-change'))};
  data.place = data.chosen && chosen ? chosen.value : '';
  trigger('apply', data);
};

const acts = [['cite', cite], ['copy', copy], ['print', print], ['open', toggle], ['bad', complain], ['again', again],
  ['good', (button) => trigger('submit', {number: button.dataset.good, good: true})]];
element.addEventListener('click', (event) => {
  for (const [name, act] of acts) {
    const button = event.target.closest('button[data-' + name + ']');
    if (button) return act(button);
  }
});

let following = false; // a new question is kept at the top until its answer is whole, or she scrolls herself
['wheel', 'touchmove', 'keydown'].forEach((kind) => addEventListener(kind, () => { following = false; }, {passive: true}));
watch('value', () => {
  const all = element.querySelectorAll('.nj-turn'), last = all[all.length - 1];
  if (all.length > turns) following = true;
  turns = all.length;
  if (last && following) last.scrollIntoView({block: 'start'});
  if (!last || last.querySelector('[data-done]')) following = false;
  const done = last && last.querySelector('[data-done]');
  const said = done ? last.querySelector('.nj-said') : last && last.querySelector('.nj-searching p, .nj-fault p');
  const now = said ? (done ? element.firstElementChild.dataset.ready : '') + said.innerText : '';
  if (live.textContent !== now) live.textContent = now;
});

// /?q=… (the reader's 问关于这一条) fills the box; she sends it herself, and it does not stay in the address.
const asked = new URLSearchParams(location.search).get('q');
const fill = (tries) => {
  const box = document.querySelector('#nj-box textarea');
  if (!box) {
    if (tries) setTimeout(fill, 100, tries - 1);
    return;
  }
  box.value = asked.slice(0, 300);
  box.dispatchEvent(new Event('input', {bubbles: true}));
  box.focus();
};
if (asked) {
  history.replaceState(history.state, '', location.pathname);
  fill(100);
}
