import type { Feature } from '../feature.ts';
import { IntegritySettingsResolver } from './settings.resolver.ts';
import type { FoldingsOf } from './suspicions.commands.ts';
import { suspicionById } from './suspicions.loaders.ts';
import { suspicionPermissions } from './suspicions.permissions.ts';
import { CollusionRingsResolver, EvidenceRowsResolver, SuspicionsResolver } from './suspicions.resolver.ts';
import { verdictsResolver } from './verdicts.resolver.ts';

/** `foldingsAt`: the policies under which standings are kept. */
export const suspicionsFeature = (foldingsAt: (now: number) => FoldingsOf): Feature => ({
  name: 'integrity',
  resolvers: [
    SuspicionsResolver,
    EvidenceRowsResolver,
    CollusionRingsResolver,
    IntegritySettingsResolver,
    verdictsResolver(foldingsAt),
  ],
  permissions: suspicionPermissions,
  nodes: { Suspicion: suspicionById },
});
