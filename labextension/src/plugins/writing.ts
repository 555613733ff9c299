/** Lets the panels write into the notebook or console that was used last. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IConsoleTracker } from '@jupyterlab/console';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IWriting } from '../tokens';
import { Writing } from '../writing';
import { inConsole, inNotebook } from '../writingPlaces';

export const writingPlugin: JupyterFrontEndPlugin<IWriting> = {
  id: 'daisy-lab:writing',
  description: 'Inserts code into the active cell or prompt, and opens text as a new file.',
  autoStart: true,
  provides: IWriting,
  optional: [INotebookTracker, IConsoleTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker | null,
    consoles: IConsoleTracker | null,
    translator: ITranslator | null
  ): IWriting => {
    const writing = new Writing({
      contents: app.serviceManager.contents,
      open: path => app.commands.execute('docmanager:open', { path }),
      trans: (translator ?? nullTranslator).load('daisy_lab')
    });
    const follow = (): void => {
      const { currentWidget } = app.shell;
      const [notebook, console] = [notebooks?.currentWidget, consoles?.currentWidget];
      if (notebook && notebook === currentWidget) {
        writing.use(inNotebook(notebook));
      } else if (console && console === currentWidget) {
        writing.use(inConsole(console));
      }
    };
    // The only notebook stays a tracker's current one while a console is in front: the shell tells of the way back.
    app.shell.currentChanged?.connect(follow);
    notebooks?.currentChanged.connect(follow);
    consoles?.currentChanged.connect(follow);
    return writing;
  }
};
