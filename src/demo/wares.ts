/** What a shop deals in. */
export interface Ware {
  readonly category: string;
  readonly price: number; // typical, in hundredths of a yuan
  readonly trades: readonly Words[]; // how such a shop calls itself
  readonly nouns: readonly Words[]; // what it sells
  readonly parts: readonly Words[]; // what buyers look at
  readonly places: readonly Words[]; // where they use it
}
export type Words = readonly [english: string, chinese: string];
export type Tongue = 'en' | 'zh';

export const wordIn = (words: Words, tongue: Tongue): string => words[tongue === 'en' ? 0 : 1];

const words = (list: string): readonly Words[] =>
  list.split(', ').map((each) => {
    const [english = '', chinese = ''] = each.split('/');
    return [english, chinese];
  });

/** Lists of "english/chinese". */
function ware(category: string, price: number, trades: string, nouns: string, parts: string, places: string): Ware {
  return {
    category,
    price,
    trades: words(trades),
    nouns: words(nouns),
    parts: words(parts),
    places: words(places),
  };
}

export const WARES: readonly Ware[] = [
  ware(
    'books',
    5900,
    'Books/书店, Bookshop/书屋, Press/书局',
    'novel/小说, cookbook/菜谱, atlas/地图册, picture book/绘本, poetry collection/诗集, history book/历史书, notebook/手账本, biography/传记',
    'paper/纸张, print/印刷, binding/装帧, cover/封面, type/字号, layout/排版, smell/油墨味',
    'on the train/在地铁上, by the bed/在床头, in the study/在书房, on holiday/旅途中',
  ),
  ware(
    'tea',
    8800,
    'Tea/茶铺, Tea House/茶庄, Leaf Company/茶行',
    'green tea/绿茶, oolong/乌龙茶, black tea/红茶, white tea/白茶, tea caddy/茶叶罐, gaiwan/盖碗, pu-erh cake/普洱茶饼, jasmine tea/茉莉花茶',
    'aroma/香气, colour/汤色, taste/口感, leaf/叶片, aftertaste/回甘, packaging/包装, size/大小',
    'at the office/在办公室, on the balcony/在阳台, at home/在家, in the garden/在院子里',
  ),
  ware(
    'kitchen',
    12900,
    'Kitchen/厨具, Cookware/锅具店, Table/餐厨',
    'frying pan/煎锅, chef knife/菜刀, cutting board/砧板, kettle/水壶, rice cooker/电饭煲, mixing bowl/料理碗, steamer/蒸笼, mug/马克杯',
    'handle/手柄, surface/表面, weight/分量, edge/边缘, finish/做工, base/底部, packaging/包装',
    'in the kitchen/在厨房, at the cottage/在老家, at work/在单位, on camping trips/露营时',
  ),
  ware(
    'clothing',
    15900,
    'Clothing/服饰, Outfitters/衣坊, Wear/成衣',
    'linen shirt/亚麻衬衫, wool sweater/毛衣, raincoat/雨衣, denim jacket/牛仔外套, summer dress/连衣裙, scarf/围巾, cardigan/开衫, T-shirt/T恤',
    'fabric/面料, cut/版型, colour/颜色, stitching/走线, collar/领口, lining/内衬, fit/上身效果',
    'at work/上班时, at home/在家, on trips/出差时, in town/逛街时',
  ),
  ware(
    'shoes',
    21900,
    'Shoes/鞋店, Footwear/鞋坊, Soles/鞋履',
    'trainers/运动鞋, leather boots/皮靴, sandals/凉鞋, slippers/拖鞋, hiking shoes/登山鞋, loafers/乐福鞋, canvas shoes/帆布鞋',
    'sole/鞋底, upper/鞋面, fit/尺码, stitching/走线, colour/颜色, padding/内里, heel/鞋跟',
    'on the trail/爬山时, at work/上班时, in town/逛街时, in the rain/下雨天',
  ),
  ware(
    'electronics',
    17900,
    'Electronics/数码, Gadgets/数码配件, Devices/电子',
    'phone case/手机壳, charger/充电器, power bank/充电宝, pair of earphones/耳机, desk lamp/台灯, keyboard/键盘, webcam/摄像头, USB hub/扩展坞',
    'plug/插头, casing/外壳, button/按键, finish/做工, weight/重量, colour/颜色, cable/线材',
    'at my desk/在书桌上, at work/在公司, on the train/在高铁上, in the car/在车上',
  ),
  ware(
    'toys',
    7900,
    'Toys/玩具店, Toy Box/玩具屋, Playroom/童趣',
    'wooden train/木质火车, jigsaw puzzle/拼图, plush bear/毛绒熊, building set/积木, kite/风筝, board game/桌游, doll house/娃娃屋',
    'paint/漆面, material/材质, size/大小, seam/接缝, box/盒子, colour/颜色, edge/边角',
    "in the nursery/在儿童房, at grandmother's/在奶奶家, in the garden/在院子里, on rainy days/下雨天",
  ),
  ware(
    'beauty',
    9900,
    'Beauty/美妆, Skin Care/护肤, Apothecary/美护',
    'hand cream/护手霜, face mask/面膜, shampoo/洗发水, lip balm/润唇膏, sunscreen/防晒霜, serum/精华液, soap bar/手工皂',
    'scent/香味, texture/质地, lid/盖子, bottle/瓶身, seal/封口, colour/颜色, packaging/包装',
    'at home/在家, on trips/出差时, at the gym/在健身房, in the office/在办公室',
  ),
  ware(
    'garden',
    8500,
    'Garden/园艺, Nursery/花圃, Greens/绿植',
    'monstera/龟背竹, seed set/种子套装, watering can/洒水壶, clay pot/陶盆, pruning shears/修枝剪, succulent/多肉, bag of potting soil/营养土',
    'size/大小, shape/形状, colour/颜色, packaging/包装, condition/品相, label/标签, quality/质量',
    'on the balcony/在阳台, in the garden/在院子里, by the window/在窗边, in the office/在办公室',
  ),
  ware(
    'sports',
    16900,
    'Sports/体育用品, Outdoors/户外, Athletics/运动',
    'yoga mat/瑜伽垫, water bottle/运动水壶, tent/帐篷, badminton racket/羽毛球拍, backpack/双肩包, skipping rope/跳绳, head torch/头灯',
    'strap/带子, grip/握感, material/材质, seam/缝线, weight/重量, colour/颜色, finish/做工',
    'at the gym/在健身房, on the trail/爬山时, in the park/在公园, at home/在家',
  ),
  ware(
    'pets',
    7200,
    'Pets/宠物店, Pet Supplies/宠物用品, Paws/萌宠',
    'cat litter/猫砂, dog bed/狗窝, scratching post/猫抓板, bird feeder/喂鸟器, bag of dog food/狗粮, cat teaser/逗猫棒, travel crate/航空箱',
    'smell/气味, texture/质地, size/大小, material/材质, seam/接缝, colour/颜色, packaging/包装',
    'at home/在家, in the hall/在客厅, on walks/遛弯时, on the balcony/在阳台',
  ),
  ware(
    'stationery',
    3900,
    'Stationery/文具, Paper Goods/纸品, Pens & Ink/文房',
    'fountain pen/钢笔, desk pad/桌垫, ink bottle/墨水, pencil case/笔袋, sketchbook/素描本, planner/日程本, washi tape/和纸胶带',
    'paper/纸张, finish/做工, feel/手感, cover/封皮, colour/颜色, weight/分量, packaging/包装',
    'at my desk/在书桌上, at school/在学校, at work/在公司, on trips/出差时',
  ),
];
