// Line icons on a grid of 24; `line` draws the stroke.

const shapes = {
  logo: '<path class="line" d="M12 3a8 8 0 0 0-8 8c0 4 2 6 2 10h9c0-2 1-3 3-3s2-2 2-4l1.5-1.5L20 10a8 8 0 0 0-8-7z"/><path class="line" d="M9 10v3M12.5 8.500v6M16 10v3"/>',
  play: '<path d="M8 5.2v13.6c0 .8.9 1.3 1.6.8l10-6.8a1 1 0 0 0 0-1.6l-10-6.8c-.7-.5-1.6 0-1.6.8z"/>',
  pause: '<rect x="6.5" y="5" width="4" height="14" rx="1.2"/><rect x="13.5" y="5" width="4" height="14" rx="1.2"/>',
  first: '<path class="line" d="M6 5v14M19 6l-9 6 9 6z"/>',
  back: '<path class="line" d="M15 6l-7 6 7 6z"/>',
  forward: '<path class="line" d="M9 6l7 6-7 6z"/>',
  loop: '<path class="line" d="M17 3l3 3-3 3M20 6H8a4 4 0 0 0-4 4v1M7 21l-3-3 3-3M4 18h12a4 4 0 0 0 4-4v-1"/>',
  snap: '<path class="line" d="M6 4v7a6 6 0 0 0 12 0V4h-4v7a2 2 0 0 1-4 0V4zM6 8h4M14 8h4"/>',
  undo: '<path class="line" d="M8 5L4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-3"/>',
  redo: '<path class="line" d="M16 5l4 4-4 4M20 9H10a5.5 5.5 0 0 0 0 11h3"/>',
  open: '<path class="line" d="M3 18V6a1 1 0 0 1 1-1h5l2 2.500h8a1 1 0 0 1 1 1V11M3 18l3-7h16l-3 7a1 1 0 0 1-1 .7H4a1 1 0 0 1-1-.7z"/>',
  save: '<path class="line" d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4 20h16"/>',
  home: '<path class="line" d="M4 11l8-7 8 7M6 9.500V20h12V9.5M10 20v-6h4v6"/>',
  record: '<circle cx="12" cy="12" r="6.5"/>',
  stop: '<rect x="6.5" y="6.5" width="11" height="11" rx="2"/>',
  wire: '<circle class="line" cx="12" cy="12" r="8.5"/><path class="line" d="M3.5 12h17M12 3.5c-5 5-5 12 0 17M12 3.5c5 5 5 12 0 17"/>',
  view: '<path class="line" d="M4 9V6a2 2 0 0 1 2-2h3M15 4h3a2 2 0 0 1 2 2v3M20 15v3a2 2 0 0 1-2 2h-3M9 20H6a2 2 0 0 1-2-2v-3"/><circle cx="12" cy="12" r="2"/>',
  pose: '<circle class="line" cx="12" cy="10" r="5"/><path class="line" d="M4 17c2 3 5 4 8 4s6-1 8-4M4 17l-.5 3.500M4 17l3.5.7M20 17l.5 3.5M20 17l-3.5.7"/>',
  character: '<circle class="line" cx="12" cy="8" r="4"/><path class="line" d="M4.5 20.5c.6-4.500 3.600-6.500 7.500-6.500s6.900 2 7.500 6.500"/>',
  compare: '<rect class="line" x="3.5" y="5" width="7" height="14" rx="1.5"/><rect class="line" x="13.5" y="5" width="7" height="14" rx="1.5"/>',
  video: '<rect class="line" x="3" y="6" width="12" height="12" rx="2"/><path class="line" d="M15 11l6-4v10l-6-4z"/>',
  theme: '<circle class="line" cx="12" cy="12" r="8.5"/><path d="M12 3.5a8.5 8.5 0 0 1 0 17z"/>',
  help: '<circle class="line" cx="12" cy="12" r="8.5"/><path class="line" d="M9.5 9.7a2.6 2.6 0 1 1 3.7 2.400c-.8.4-1.2.9-1.2 1.7"/><circle cx="12" cy="16.8" r="1.1"/>',
  pin: '<path class="line" d="M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v5"/>',
  trash: '<path class="line" d="M5 7h14M10 7V4.500h4V7M7 7l1 13h8l1-13"/>',
  plus: '<path class="line" d="M12 5v14M5 12h14"/>',
  minus: '<path class="line" d="M5 12h14"/>',
  dice: '<rect class="line" x="4.5" y="4.5" width="15" height="15" rx="3"/><circle cx="9" cy="9" r="1.3"/><circle cx="15" cy="15" r="1.3"/><circle cx="15" cy="9" r="1.3"/><circle cx="9" cy="15" r="1.3"/>',
  sheet: '<path class="line" d="M4 5h6.500v6H4zM13.500 5H20v6h-6.500zM4 14h6.500v5H4zM13.500 14H20v5h-6.500z"/>',
  fit: '<path class="line" d="M3 6v12M21 6v12M7 12h10M9.5 9L6.5 12l3 3M14.5 9l3 3-3 3"/>',
  again: '<path class="line" d="M19 12a7 7 0 1 1-2-5M19.5 4v4h-4"/>',
  close: '<path class="line" d="M6 6l12 12M18 6L6 18"/>',
  curves: '<path class="line" d="M3 17c4 0 4-10 8-10s4 8 10 8"/>',
  link: '<path class="line" d="M10 14l4-4M8 12l-2.200 2.200a3 3 0 0 0 4.200 4.200L12 16M16 12l2.200-2.200a3 3 0 0 0-4.200-4.200L12 8"/>',
  mirror: '<path class="line" d="M12 3v18M8.500 7L3.500 17h5zM15.500 7l5 10h-5z"/>',
  words: '<path class="line" d="M4 7h16M4 12h10M4 17h13"/>',
};

export type Icon = keyof typeof shapes;

export function icon(name: Icon): string {
  return `<svg viewBox="0 0 24 24" aria-hidden="true">${shapes[name]}</svg>`;
}
