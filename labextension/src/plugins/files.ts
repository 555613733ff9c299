/** In the file browser's menu: data of a file into the store. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';

import { IConnections, IViews } from '../tokens';
import { addFileCommands } from '../views/data/fileCommands';
import { FileLoading } from '../views/data/loading';

export const filesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'daisy-lab:files',
  description: 'Loads files of the file browser into the store.',
  autoStart: true,
  requires: [IConnections, IFileBrowserFactory],
  optional: [IViews, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    connections: IConnections,
    files: IFileBrowserFactory,
    views: IViews | null,
    palette: ICommandPalette | null
  ): void => {
    const chosen = () => [...(files.tracker.currentWidget?.selectedItems() ?? [])];
    addFileCommands(app, chosen, new FileLoading(app, connections, views), connections.trans, palette);
  }
};
