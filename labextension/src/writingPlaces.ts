/** The two places where a user writes code: a notebook and a console. */
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { ConsolePanel } from '@jupyterlab/console';
import { NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';

/** Where one can write. */
export interface Place {
  readonly isOpen: boolean;
  /** File it belongs to. */
  readonly path: string;
  /** All that was written there so far. */
  readonly text: string;
  /** The editor that takes what is written. */
  editor(): CodeEditor.IEditor | null;
}

/** A notebook takes text in its active cell; below a text cell a code cell is made for it. */
export function inNotebook(panel: NotebookPanel): Place {
  const { content: notebook, context } = panel;
  return {
    get isOpen() {
      return !panel.isDisposed;
    },
    get path() {
      return context.path;
    },
    get text() {
      return notebook.widgets.map(cell => cell.model.sharedModel.getSource()).join('\n');
    },
    editor: () => {
      if (notebook.activeCell && notebook.activeCell.model.type !== 'code') {
        NotebookActions.insertBelow(notebook);
      }
      notebook.mode = 'edit';
      return notebook.activeCell?.editor ?? null;
    }
  };
}

/** A console takes text at its prompt. */
export function inConsole(panel: ConsolePanel): Place {
  return {
    get isOpen() {
      return !panel.isDisposed;
    },
    get path() {
      return panel.console.sessionContext.path;
    },
    get text() {
      const prompt = panel.console.promptCell;
      const cells = [...panel.console.cells, ...(prompt ? [prompt] : [])];
      return cells.map(cell => cell.model.sharedModel.getSource()).join('\n');
    },
    editor: () => panel.console.promptCell?.editor ?? null
  };
}
