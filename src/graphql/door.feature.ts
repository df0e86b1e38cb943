import { each, open } from '../access/rules.ts';
import type { Feature } from '../feature.ts';
import { FederationResolver } from './federation/federation.resolver.ts';
import { FrozenSubjectResolver, FrozenViewerResolver } from './frozen.resolver.ts';
import { NodeResolver } from './node.resolver.ts';
import { RateLimitResolver } from './rate-limit.resolver.ts';
import { ViewerResolver } from './viewer.resolver.ts';

/** What belongs to no room. */
export const doorFeature: Feature = {
  name: 'door',
  resolvers: [
    NodeResolver,
    FederationResolver,
    RateLimitResolver,
    ViewerResolver,
    FrozenViewerResolver,
    FrozenSubjectResolver,
  ],
  permissions: {
    Query: {
      ...each(['node', 'nodes', '_entities'], open('Each node is found only by those who may see it.')),
      _service: open('Who may see the schema, introspection.ts says.'),
      viewer: open('Everybody may know who they are.'),
      rateLimit: open('Everybody may know how much they may still ask for.'),
    },
    _Service: { sdl: open('Who may see the schema, introspection.ts says.') },
    Viewer: each(['role', 'scopes', 'subject', 'partner', 'freeze'], open('Everybody may know who they are.')),
    RateLimit: each(['limit', 'remaining', 'restoreRate', 'cost'], open('It tells callers of their own budget.')),
    PageInfo: each(
      ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'],
      open('It tells of a list that the caller was given.'),
    ),
    Refusal: each(['code', 'message', 'field'], open('It tells the caller of its own input.')),
  },
};
