/* Search among the cards, and the button for light or dark. */
(() => {
  'use strict';
  document.getElementById('daisy-theme')?.addEventListener('click', () => {
    const next = document.documentElement.dataset.daisyTheme === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.daisyTheme = next;
    document.cookie = `daisy-theme=${next}; path=/; max-age=31536000; samesite=lax`;
    try {
      localStorage.setItem('daisy-theme', next);
    } catch {
      // It holds for this page.
    }
  });

  const search = document.getElementById('daisy-search');
  const cards = [...document.querySelectorAll('#daisy-cards > li')];
  const none = document.getElementById('daisy-none');
  search?.addEventListener('input', () => {
    const words = search.value.toLocaleLowerCase().split(/\s+/u).filter(Boolean);
    let shown = 0;
    for (const card of cards) {
      const said = card.dataset.words.toLocaleLowerCase();
      card.hidden = !words.every(word => said.includes(word));
      shown += card.hidden ? 0 : 1;
    }
    none.hidden = shown > 0 || cards.length === 0;
  });
})();
