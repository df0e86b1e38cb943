import type { Random } from './random.ts';
import { wordIn } from './wares.ts';
import type { Tongue, Ware, Words } from './wares.ts';

const PLACES =
  'Harbour,Lantern,Juniper,Alder,Northgate,Willow,Saltmarsh,Copper,Maple,Foxglove,Riverside,Old Mill,Thistle,Amber,Cedar,Windmill,Granite,Orchard,Lighthouse,Kingfisher,Hazel,Meadow,Bluebell,Cobble,Summit,Quayside,Birch,Ember,Heron,Clover'.split(
    ',',
  );
const SECONDS = 'Lane,Hill,& Finch,& Daughters,Street,& Co,Yard,Brothers,Corner,Point'.split(',');
const ELEGANT =
  '云栖,墨香,清风,晨曦,小满,南山,青禾,拾光,半夏,听雨,桂花里,梧桐,暖阳,知味,雅集,江南,星河,鹿鸣,竹里,初见,锦绣,长安,西岭,白鹭,海棠,松月,悦来,三味,蓝田,紫藤'.split(
    ',',
  );
const CHINESE_ENDINGS = ['', '', '旗舰店', '专营店', '小铺', '生活馆'];

export function shopName(random: Random, tongue: Tongue, ware: Ware): string {
  const trade = wordIn(random.pick(ware.trades), tongue);
  if (tongue === 'zh') return `${random.pick(ELEGANT)}${trade}${random.pick(CHINESE_ENDINGS)}`;
  const second = random.chance(0.5) ? ` ${random.pick(SECONDS)}` : '';
  return `${random.pick(PLACES)}${second} ${trade}`;
}

const KINDS: readonly Words[] = [
  ['Classic', '经典'],
  ['Everyday', '日常'],
  ['Handmade', '手工'],
  ['Compact', '迷你'],
  ['Deluxe', '精装'],
  ['Natural', '天然'],
  ['Vintage', '复古'],
  ['Light', '轻便'],
  ['Winter', '冬季'],
  ['Gift', '礼盒装'],
  ['Limited', '限量'],
  ['Studio', '工作室'],
];
const VARIANTS: readonly Words[] = [
  ['No. 1', '一号'],
  ['No. 7', '七号'],
  ['blue', '蓝色'],
  ['forest green', '墨绿'],
  ['sand', '米色'],
  ['small', '小号'],
  ['large', '大号'],
  ['set of two', '两件套'],
  ['second edition', '第二版'],
];

export function productName(random: Random, tongue: Tongue, noun: Words): string {
  const kind = wordIn(random.pick(KINDS), tongue);
  const variant = wordIn(random.pick(VARIANTS), tongue);
  return tongue === 'zh' ? `${kind}${wordIn(noun, 'zh')} ${variant}` : `${kind} ${wordIn(noun, 'en')}, ${variant}`;
}

const CREATURES = 'otter,heron,badger,wren,fox,lynx,panda,magpie,hare,carp,swift,newt'.split(',');
const MOODS = 'sunny,quiet,brisk,lucky,sleepy,merry,curious,gentle,tidy,rainy'.split(',');
const SURNAMES = '王,李,张,刘,陈,杨,黄,赵,周,吴,徐,孙,马,朱,胡,林,郭,何,高,罗'.split(',');

/** As marketplaces show their buyers: a nickname, or a name with most of it hidden. */
export function buyerName(random: Random, tongue: Tongue): string {
  if (tongue === 'zh') return `${random.pick(SURNAMES)}**`;
  return `${random.pick(MOODS)}_${random.pick(CREATURES)}_${10 + random.below(90)}`;
}
