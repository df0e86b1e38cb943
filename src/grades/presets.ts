import amazon from './presets/amazon-account-health.json' with { type: 'json' };
import ebay from './presets/ebay-seller-standards.json' with { type: 'json' };
import brazil from './presets/mercado-libre-br.json' with { type: 'json' };
import colombia from './presets/mercado-libre-co.json' with { type: 'json' };
import mexico from './presets/mercado-libre-mx.json' with { type: 'json' };
import taobao from './presets/taobao-levels.json' with { type: 'json' };
import trustpilot from './presets/trustpilot-stars.json' with { type: 'json' };

/** The published rules of the big platforms. Where no country is named, Mercado Libre's are those of its largest, Brazil. */
export const PRESETS: readonly unknown[] = [
  taobao,
  ebay,
  amazon,
  { ...brazil, key: 'mercado-libre' },
  brazil,
  mexico,
  colombia,
  trustpilot,
];
