/** The daisy: eight white petals, a yellow heart. */
import { LabIcon } from '@jupyterlab/ui-components';

const PETALS = Array.from(
  { length: 8 },
  (_, n) => `<ellipse cx="12" cy="5.5" rx="2.4" ry="4.2" transform="rotate(${45 * n} 12 12)"/>`
).join('');

export const daisyIcon = new LabIcon({
  name: 'daisy-lab:daisy',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 24 24"><g class="jp-icon3" fill="#616161">${PETALS}</g><circle cx="12" cy="12" r="3.6" fill="#F2B705"/></svg>`
});
