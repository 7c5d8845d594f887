// The bar of every page: large type and high contrast (kept in this browser alone), the way out, the marked page.
const root = document.documentElement;
const ELSEWHERE = 'https://www.baidu.com/';

element.querySelectorAll('[data-look]').forEach((button) => {
  const look = button.dataset.look;
  button.setAttribute('aria-pressed', String(root.classList.contains(look)));
  button.addEventListener('click', () => {
    const on = root.classList.toggle(look);
    button.setAttribute('aria-pressed', String(on));
    try { localStorage.setItem(look, on ? '1' : '0'); } catch (refused) { /* it holds until the page is left */ }
  });
});

const leave = () => {
  if (root.classList.contains('nj-left')) return;
  root.classList.add('nj-left'); // nothing is to be seen from here on
  document.title = '\u200b';
  const clear = document.querySelector('#nj-clear');
  if (clear) clear.click(); // the conversation on the server
  document.querySelectorAll('textarea, input').forEach((box) => { box.value = ''; });
  history.replaceState(null, '', '/');
  setTimeout(() => { // the request that clears must be on its way
    document.body.replaceChildren();
    location.replace(ELSEWHERE);
  }, clear ? 150 : 0);
};
element.querySelector('#nj-leave').addEventListener('click', leave);
let pressed = -Infinity; // time begins with the page: 0 would make an Escape in its first second the second one
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.repeat) return;
  if (event.timeStamp - pressed < 800) leave();
  pressed = event.timeStamp;
}, true);
addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); }); // back again: an empty page

const menu = document.querySelector('.nav-holder nav');
if (menu) {
  menu.setAttribute('aria-label', element.querySelector('.nj-headbar').dataset.menu);
  menu.querySelectorAll('a').forEach((link) => {
    if (link.classList.contains('active')) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  });
}
