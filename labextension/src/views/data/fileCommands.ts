/** Commands on the files that are chosen in the file browser. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { isDataFile } from '../../objectsFiles';
import { daisyIcon } from '../icons';
import type { FileLoading } from './loading';

const ARGS = {
  type: 'object',
  properties: { path: { type: 'string' }, palette: { type: 'boolean' } }
};
const ITEM = '.jp-DirListing-item[data-isdir]';

/** Add them, shown only where they fit: files with data, and folders that may hold images. */
export function addFileCommands(
  app: JupyterFrontEnd,
  chosen: () => Contents.IModel[],
  loading: FileLoading,
  trans: TranslationBundle,
  palette: ICommandPalette | null
): void {
  const paths = () =>
    chosen()
      .filter(holdsData)
      .map(item => item.path);
  const fits = () => paths().length > 0 && paths().length === chosen().length;
  app.commands.addCommand('daisy:load-file', {
    label: args =>
      args.palette ? trans.__('Load the file chosen in the file browser…') : trans.__('Load into Daisy…'),
    caption: trans.__('Choose what of the file comes into the store'),
    icon: daisyIcon,
    isVisible: () => fits() && paths().length === 1,
    describedBy: { args: ARGS },
    execute: args => loading.choose(typeof args.path === 'string' ? args.path : (paths()[0] ?? ''))
  });
  app.commands.addCommand('daisy:load-scan', {
    label: args =>
      args.palette
        ? trans.__('Load all of the scans chosen in the file browser')
        : trans.__('Load all that this scan is for'),
    caption: trans.__('Projections, flat and dark frames and angles, or every dataset of another file'),
    icon: daisyIcon,
    isVisible: fits,
    describedBy: { args: ARGS },
    execute: args => loading.loadAll(typeof args.path === 'string' ? [args.path] : paths())
  });
  ['daisy:load-file', 'daisy:load-scan'].forEach((command, n) => {
    app.contextMenu.addItem({ command, selector: ITEM, rank: n - 2 });
    palette?.addItem({ command, category: trans.__('Daisy'), args: { palette: true } });
  });
}

function holdsData(item: Contents.IModel): boolean {
  return item.type === 'directory' || isDataFile(item.path);
}
