import type { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type Draft, EMPTY } from '../../src/forms';
import { type Asked, FormModel } from '../../src/formsModel';
import { pixelsOf } from '../../src/formsPreview';
import type { ErrorInfo, ImageReply, Methods } from '../../src/protocol';
import { type Answer, RemoteError } from '../../src/rpc';
import { KernelState } from '../../src/state';
import { AlgorithmsModel } from '../../src/views/algorithms/model';
import { object, RECONSTRUCT, run } from './samples';
import { trans } from './words';

type Name = keyof Methods;

/** A kernel that answers as it is told, and remembers what it was asked. */
class FakeKernel implements Asked {
  readonly state = new KernelState();
  readonly asked: { method: Name; params: Record<string, unknown> }[] = [];
  answers: Partial<Record<Name, () => unknown>> = {
    'algorithms.form': () => RECONSTRUCT,
    'algorithms.check': () => ({ error: null }),
    'runs.start': () => ({ run: 'r1' }),
    'view.preview': () => picture(1)
  };

  async request<M extends Name>(method: M, params: Methods[M]['params']): Promise<Answer<M>> {
    this.asked.push({ method, params: { ...params } });
    const result = (await this.answers[method]?.()) ?? {};
    return { result: result as Methods[M]['result'], buffers: [Uint8Array.of(0, 128, 255, 7).buffer] };
  }

  of(method: Name): Record<string, unknown>[] {
    return this.asked.filter(item => item.method === method).map(item => item.params);
  }

  tell(topic: 'objects' | 'runs'): void {
    (this.state.changed as Signal<KernelState, string>).emit(topic);
  }
}

function picture(seconds: number): ImageReply {
  return {
    height: 2,
    width: 2,
    bits: 8,
    region: [0, 2, 0, 2],
    low: 0,
    high: 1,
    seconds,
    along: 'row',
    place: 1,
    length: 3
  };
}

const error = (fields: Record<string, string>): ErrorInfo => ({
  kind: 'SettingError',
  message: 'no',
  fields,
  traceback: ''
});

let kernel: FakeKernel;

async function model(draft: Draft = EMPTY): Promise<FormModel> {
  const made = new FormModel('ct.reconstruct', kernel, trans, draft);
  await made.ready;
  return made;
}

beforeEach(() => {
  vi.useFakeTimers();
  kernel = new FakeKernel();
  for (const name of ['absorption', 'projections', 'theta']) {
    kernel.state.objects.set(name, object(name));
  }
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a form', () => {
  it('says what is missing, then runs', async () => {
    const form = await model();
    expect(form.reason).toBe('Set “Rotation axis” first.');
    form.setAll({ center: 295.5, method: 'fbp', pad: null });
    expect(form.reason).toBe('');
    await form.start();
    expect(kernel.of('runs.start')).toEqual([
      {
        id: 'ct.reconstruct',
        inputs: { projections: 'absorption', theta: 'theta' },
        settings: { center: 295.5 },
        into: ['volume']
      }
    ]);
    expect(form.run).toBe('r1');
  });

  it('marks a wrong value at once, and does not run', async () => {
    const form = await model();
    form.setAll({ center: -1 });
    expect(form.faults).toEqual({ center: 'It must be 0 pixel or more.' });
    expect(form.reason).toBe('Mend what is marked first.');
  });

  it('asks the kernel once about several changes, and marks what it says', async () => {
    const form = await model();
    kernel.answers['algorithms.check'] = () => ({ error: error({ center: 'outside the detector' }) });
    form.setAll({ center: 1 });
    form.setAll({ center: 12 });
    form.setAll({ center: 123 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(kernel.of('algorithms.check')).toHaveLength(1);
    expect(kernel.of('algorithms.check')[0]).toMatchObject({ settings: { center: 123 } });
    expect(form.faults).toEqual({ center: 'outside the detector' });
  });

  it('shows the kernel’s refusal of a run at its field', async () => {
    const form = await model();
    form.setAll({ center: 1 });
    kernel.answers['runs.start'] = () => Promise.reject(new RemoteError(error({ center: 'too small' })));
    await form.start();
    expect(form.marks).toEqual({ center: 'too small' });
    expect(form.error?.message).toBe('no');
  });

  it('marks what a run said of a setting until something is changed', async () => {
    const form = await model();
    form.setAll({ center: 1 });
    await form.start();
    kernel.state.runs.set('r1', run('r1', { state: 'failed', error: error({ center: 'off the object' }) }));
    expect(form.marks).toEqual({ center: 'off the object' });
    form.setAll({ center: 2 });
    expect(form.marks).toEqual({});
  });

  it('asks anew which objects fit when they change, a moment later and once', async () => {
    await model();
    for (let change = 0; change < 50; change++) {
      kernel.tell('objects');
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(kernel.of('algorithms.form')).toHaveLength(2);
  });

  it('hears nothing any more once it is closed', async () => {
    const form = await model();
    form.dispose();
    kernel.tell('objects');
    await vi.advanceTimersByTimeAsync(1000);
    expect(kernel.of('algorithms.form')).toHaveLength(1);
  });
});

describe('a preview', () => {
  it('shows the last of many changes, whatever comes of those before', async () => {
    const form = await model();
    form.setAll({ center: 1 });
    const answers: ((reply: ImageReply) => void)[] = [];
    kernel.answers['view.preview'] = () => new Promise<ImageReply>(resolve => answers.push(resolve));
    form.preview.toggle();
    await vi.advanceTimersByTimeAsync(500);
    form.setAll({ center: 2 });
    form.setAll({ center: 3 });
    await vi.advanceTimersByTimeAsync(500);
    expect(kernel.of('view.preview').map(asked => asked['settings'])).toEqual([{ center: 1 }, { center: 3 }]);
    expect(form.preview.pending).toBe(true);
    answers[1]?.(picture(2));
    await vi.advanceTimersByTimeAsync(0);
    answers[0]?.(picture(1));
    await vi.advanceTimersByTimeAsync(0);
    expect(form.preview.picture?.about.seconds).toBe(2);
    expect(form.preview.pending).toBe(false);
  });

  it('shows the position that was chosen', async () => {
    const form = await model();
    form.setAll({ center: 1 });
    form.preview.toggle();
    form.preview.moveTo('row', 7);
    await vi.advanceTimersByTimeAsync(500);
    expect(kernel.of('view.preview')).toMatchObject([{ index: { row: 7 } }]);
  });

  it('asks for nothing while it is off, or a value is wrong', async () => {
    const form = await model();
    form.setAll({ center: 1 });
    await vi.advanceTimersByTimeAsync(500);
    form.preview.toggle();
    form.setAll({ center: -1 });
    await vi.advanceTimersByTimeAsync(500);
    expect(kernel.of('view.preview')).toHaveLength(0);
  });

  it('is drawn in grey', () => {
    const pixels = pixelsOf({ about: picture(1), levels: Uint8Array.of(0, 128, 255, 7) });
    expect([...pixels.slice(4, 8)]).toEqual([128, 128, 128, 255]);
    expect([...pixels.slice(12)]).toEqual([7, 7, 7, 255]);
  });
});

describe('the panel', () => {
  it('keeps what was entered while other forms are open, and on another kernel', async () => {
    const panel = new AlgorithmsModel(trans);
    panel.use(kernel);
    panel.open('ct.reconstruct');
    await panel.form?.ready;
    panel.form?.setAll({ center: 7 });
    panel.open('ct.normalize');
    panel.open('ct.reconstruct');
    expect(panel.form?.draft.settings).toEqual({ center: 7 });
    panel.use(new FakeKernel());
    expect(panel.form?.draft.settings).toEqual({ center: 7 });
    panel.reset();
    expect(panel.form?.draft.settings).toEqual({});
  });

  it('opens a form filled with a call', async () => {
    const panel = new AlgorithmsModel(trans);
    panel.use(kernel);
    panel.open('ct.reconstruct', {
      inputs: { projections: 'projections' },
      settings: { center: '=center' },
      into: ['v']
    });
    await panel.form?.ready;
    expect(panel.form?.call).toEqual({
      id: 'ct.reconstruct',
      inputs: { projections: 'projections', theta: 'theta' },
      settings: { center: '=center' },
      into: ['v']
    });
  });
});
