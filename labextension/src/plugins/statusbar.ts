/** The item in the status bar. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';

import { IConnections } from '../tokens';
import { StatusItem } from '../views/status/item';

export const statusbarPlugin: JupyterFrontEndPlugin<void> = {
  id: 'daisy-lab:statusbar',
  description: 'Objects and memory of the kernel in the status bar.',
  autoStart: true,
  requires: [IConnections],
  optional: [IStatusBar],
  activate: (app: JupyterFrontEnd, connections: IConnections, bar: IStatusBar | null): void => {
    if (bar) {
      const item = new StatusItem(connections, () => app.shell.activateById('daisy-lab-data'));
      bar.registerStatusItem('daisy-lab:status', { item, align: 'left', rank: 90 });
    }
  }
};
