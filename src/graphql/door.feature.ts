import { each, open } from '../access/rules.ts';
import type { Feature } from '../feature.ts';
import { NodeResolver } from './node.resolver.ts';
import { ViewerResolver } from './viewer.resolver.ts';

/** What belongs to no room. */
export const doorFeature: Feature = {
  name: 'door',
  resolvers: [NodeResolver, ViewerResolver],
  permissions: {
    Query: {
      ...each(['node', 'nodes'], open('Each node is found only by those who may see it.')),
      viewer: open('Everybody may know who they are.'),
    },
    Viewer: each(['role', 'scopes', 'subject'], open('Everybody may know who they are.')),
    PageInfo: each(
      ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'],
      open('It tells of a list that the caller was given.'),
    ),
    Refusal: each(['code', 'message', 'field'], open('It tells the caller of its own input.')),
  },
};
