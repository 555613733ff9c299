/** The left sidebar: what the kernel can do, and the form of each algorithm. */
import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';

import { IConnections, IViews, IWriting } from '../tokens';
import { addAlgorithmCommands } from '../views/algorithms/commands';
import { AlgorithmsPanel } from '../views/algorithms/panel';

export const algorithmsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'daisy-lab:algorithms',
  description: 'The left sidebar: algorithms of the kernel, and their forms.',
  autoStart: true,
  requires: [IConnections],
  optional: [IViews, IWriting, ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    connections: IConnections,
    views: IViews | null,
    writing: IWriting | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const panel = new AlgorithmsPanel(connections, views, writing);
    panel.id = 'daisy-lab-algorithms';
    app.shell.add(panel, 'left', { rank: 300 });
    restorer?.add(panel, panel.id);
    addAlgorithmCommands(app, panel, palette);
  }
};
