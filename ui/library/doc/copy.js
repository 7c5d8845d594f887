// Copies the permanent link of a provision; without this (or on a page that may not) the link itself stands in the address.
document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-copy]');
  if (!link || !navigator.clipboard) return;
  const words = link.textContent;
  navigator.clipboard.writeText(link.href).then(() => {
    link.textContent = 'COPIED';
    setTimeout(() => { link.textContent = words; }, 2000);
  }, () => {});
});
// On a phone the contents would push the text out of sight.
if (window.matchMedia('(max-width: 959px)').matches) document.querySelectorAll('.nj-contents details').forEach((d) => { d.open = false; });
