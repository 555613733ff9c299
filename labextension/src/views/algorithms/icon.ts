/** Steps that feed each other: the algorithms. */
import { LabIcon } from '@jupyterlab/ui-components';

export const algorithmsIcon = new LabIcon({
  name: 'daisy-lab:algorithms',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 24 24"><g class="jp-icon3" fill="#616161"><path d="M7.2 7.3 16 11v2L7.2 16.7l-.8-1.9L13 12 6.4 9.2z"/><circle cx="5" cy="6.5" r="3"/><circle cx="5" cy="17.5" r="3"/><circle cx="18.5" cy="12" r="3.6"/></g></svg>`
});
