/** A form, an object and an algorithm as a kernel tells them. */
import type { AlgorithmForm, AlgorithmInfo, ObjectInfo, PortInfo, RunInfo } from '../../src/protocol';

export function port(name: string, rest: Partial<PortInfo> = {}): PortInfo {
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return {
    name,
    title,
    text: '',
    axes: null,
    unit: '',
    optional: false,
    choices: [],
    suggestion: '',
    ...rest
  };
}

export const RECONSTRUCT: AlgorithmForm = {
  id: 'ct.reconstruct',
  inputs: [
    port('projections', { choices: ['absorption', 'projections'], suggestion: 'absorption' }),
    port('theta', { choices: ['theta'], suggestion: 'theta', unit: 'rad' })
  ],
  outputs: [port('volume', { suggestion: 'volume' })],
  settings: {
    title: 'ReconstructSettings',
    type: 'object',
    additionalProperties: false,
    properties: {
      center: {
        title: 'Rotation axis',
        type: 'number',
        unit: 'pixel',
        minimum: 0,
        description: 'Column of the axis.'
      },
      method: { title: 'Method', type: 'string', enum: ['fbp', 'direct'], default: 'fbp' },
      pad: {
        title: 'Padding',
        default: null,
        anyOf: [{ type: 'integer', exclusiveMinimum: 0 }, { type: 'null' }]
      }
    },
    required: ['center']
  },
  previews: true
};

export function object(name: string, rest: Partial<ObjectInfo> = {}): ObjectInfo {
  return {
    name,
    version: 1,
    kind: 'scalar',
    axes: [],
    unit: '',
    shape: [],
    dtype: 'float',
    nbytes: 8,
    device: 'cpu',
    made_by: '',
    created: 0,
    value: '1.0',
    ...rest
  } satisfies ObjectInfo;
}

export function algorithm(id: string, rest: Partial<AlgorithmInfo> = {}): AlgorithmInfo {
  const [technique = '', name = ''] = id.includes('.') ? id.split('.') : ['', id];
  const title = (name.charAt(0).toUpperCase() + name.slice(1)).replace(/_/g, ' ');
  return { id, title, technique, group: '', summary: '', text: '', plugin: 'daisy-lab', ...rest };
}

export function run(id: string, rest: Partial<RunInfo> = {}): RunInfo {
  return {
    id,
    title: id,
    state: 'running',
    fraction: null,
    rate: null,
    remaining: null,
    seconds: 0,
    text: '',
    made: [],
    peak_bytes: null,
    error: null,
    lines: 0,
    versions: {},
    started: 0,
    curves: {},
    call: null,
    ...rest
  } satisfies RunInfo;
}
