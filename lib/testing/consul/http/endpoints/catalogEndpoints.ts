import type { ConsulState } from '../../model/state.js';
import { answer, jsonResponse, textResponse, type Call, type Handler } from '../message.js';
import { reading } from '../reading.js';
import { serviceJson } from '../representation.js';
import { nodeIndexes, nodeJson } from '../node.js';
import { unservedParameters } from '../unserved.js';

/** `GET /v1/catalog/nodes` */
export const catalogNodes: Handler = (state, call) => {
  const refusal = unservedParameters(call, ['filter', 'node-meta']);
  return [
    state,
    refusal === undefined
      ? catalogReading(call, (current) => [nodeJson(current)])
      : answer(refusal),
  ];
};

/** `GET /v1/catalog/node/:node`: `null` for one that is not registered. */
export const catalogNode: Handler = (state, call) => {
  if (call.rest === '') return [state, answer(textResponse(400, 'Missing node name'))];
  const isKnown = call.rest.toLowerCase() === state.nodeName.toLowerCase();
  const describe = (current: ConsulState): unknown =>
    isKnown ? { Node: nodeJson(current), Services: servicesOfNode(current) } : null;
  const index = (current: ConsulState): number =>
    isKnown ? Math.max(nodeIndexes.ModifyIndex, current.servicesIndex) : 1;
  return [state, catalogReading(call, describe, index)];
};

/** `GET /v1/catalog/services`: names and tags. */
export const catalogServices: Handler = (state, call) => [
  state,
  catalogReading(call, servicesByName, ({ servicesIndex }) =>
    Math.max(nodeIndexes.CreateIndex, servicesIndex),
  ),
];

/** The node never changes, so a reading that waits for a change of it waits until its time is over. */
function catalogReading(
  call: Call,
  value: (state: ConsulState) => unknown,
  index: (state: ConsulState) => number = () => nodeIndexes.ModifyIndex,
): ReturnType<typeof reading> {
  const consistency = (['stale', 'consistent'] as const).find((mode) => mode in call.query);
  return reading(call, index, (state) => {
    const { headers, ...rest } = jsonResponse(value(state));
    const effective = { 'x-consul-effective-consistency': consistency ?? 'leader' };
    return { ...rest, headers: { ...headers, ...effective } };
  });
}

/** The tags of all instances of a service, by its name. */
function servicesByName({ services }: ConsulState): Readonly<Record<string, readonly string[]>> {
  return [...services.values()].reduce<Record<string, readonly string[]>>(
    (known, { name, tags }) => ({
      ...known,
      [name]: [...new Set([...(known[name] ?? []), ...tags])].sort(),
    }),
    { consul: [] },
  );
}

function servicesOfNode({ services }: ConsulState): object {
  const own = [...services.values()].map((service) => [service.id, serviceJson(service)] as const);
  return { consul: consulService, ...Object.fromEntries(own) };
}

/** The one service that every server registers of its own accord. */
const consulService = {
  ...{ ID: 'consul', Service: 'consul', Tags: [], Address: '', Meta: {}, Port: 8300 },
  ...{ Weights: { Passing: 1, Warning: 1 }, EnableTagOverride: false },
  ...{ CreateIndex: nodeIndexes.CreateIndex, ModifyIndex: nodeIndexes.CreateIndex },
} as const;
