/** The form of one algorithm. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { FormModel } from '../../formsModel';
import type { AlgorithmInfo, ObjectInfo } from '../../protocol';
import type { IViews, IWriting } from '../../tokens';
import { FaultView } from '../fault';
import { useSignal } from '../react';
import { Actions } from './actions';
import { Docs } from './docsView';
import { InputPicker } from './inputs';
import { OutputName } from './outputs';
import { PreviewView } from './previewView';
import { RunLine } from './runLine';
import { Settings } from './settings';

export interface FormProps {
  model: FormModel;
  /** Whether its first field takes the focus. */
  enter: boolean;
  info: AlgorithmInfo | undefined;
  objects: ReadonlyMap<string, ObjectInfo>;
  views: IViews | null;
  writing: IWriting | null;
  trans: TranslationBundle;
  close: () => void;
  reset: () => void;
  back: () => void;
}

export function FormView(props: FormProps): JSX.Element {
  const { model, trans, views, writing } = props;
  useSignal(model.changed);
  const { preview, last } = model;
  const fields = React.useRef<HTMLDivElement>(null);
  const loaded = model.form !== null;
  React.useEffect(() => {
    if (loaded && props.enter) {
      fields.current?.querySelector<HTMLElement>('select, input')?.focus();
    }
  }, [loaded, props.enter]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      if (!model.reason) {
        void model.start();
      }
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      props.back();
    }
  };
  return (
    <section className="jp-DaisyForm" aria-label={props.info?.title ?? model.id} onKeyDown={onKeyDown}>
      <div ref={fields} className="jp-DaisyForm-scroll">
        <Header {...props} />
        <Parts {...props} />
        {preview.on && <PreviewView preview={preview} reason={model.reason} trans={trans} />}
      </div>
      <div className="jp-DaisyForm-foot">
        {model.error && <FaultView fault={model.error} trans={trans} />}
        <Actions model={model} writing={writing} trans={trans} />
        {model.note && (
          <div className="jp-DaisyForm-note" role="status">
            {model.note}
          </div>
        )}
        {last && <RunLine model={model} run={last} objects={props.objects} views={views} trans={trans} />}
      </div>
    </section>
  );
}

function Header({ model, info, trans, close, reset }: FormProps): JSX.Element {
  const [open, setOpen] = React.useState(false);
  return (
    <header className="jp-DaisyForm-head">
      <div className="jp-DaisyForm-line">
        <h3>{info?.title ?? model.id}</h3>
        {info && (
          <button type="button" className="jp-DaisyLink" aria-expanded={open} onClick={() => setOpen(!open)}>
            {trans.__('About')}
          </button>
        )}
        <button
          type="button"
          className="jp-DaisyLink"
          title={trans.__('Begin anew with the defaults')}
          onClick={reset}
        >
          {trans.__('Reset')}
        </button>
        <button
          type="button"
          className="jp-DaisyLink"
          aria-label={trans.__('Close the form')}
          onClick={close}
        >
          ✕
        </button>
      </div>
      {info && (open ? <Docs info={info} trans={trans} /> : <p>{info.summary.replace(/`/g, '')}</p>)}
    </header>
  );
}

function Parts({ model, objects, trans }: FormProps): JSX.Element | null {
  const { form } = model;
  if (!form) {
    return null;
  }
  const common = { model, objects, trans };
  return (
    <>
      {form.inputs.map(port => (
        <InputPicker key={port.name} port={port} {...common} />
      ))}
      <Settings form={form} {...common} />
      {form.outputs.map(port => (
        <OutputName key={port.name} port={port} only={form.outputs.length === 1} {...common} />
      ))}
    </>
  );
}
