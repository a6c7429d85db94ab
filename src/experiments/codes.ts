/** Held-out ratings as study 003 judges by them: of films that were trained on, and, by mistake, under other films' numbers. */
import { type Dataset, type Entrant, role, type Split, splitOf } from "../index.ts";

/** The same split without the held-out ratings of films that nobody rated in training. */
export function knownAlone(data: Dataset, { name, roles, train }: Split): Promise<Split> {
  const { indices } = data.byUser;
  const left = roles.map((own, n) => (own === role.test && train.counts[indices[n]] === 0 ? role.unused : own));
  return splitOf(data, name, left);
}

/**
 * The same model asked for other films: those that got in training, in order of their first ratings, the number that the film
 * asked for got among the held-out ratings.
 */
export function codesMadeTwice({ key: _, ...right }: Entrant, { train, test }: Split): Entrant {
  const inTraining = [...new Set(train.byUser.indices)];
  const taken = new Map(Array.from(new Set(test.indices), (item, code) => [item, inTraining[code]]));
  return {
    ...right,
    name: `${right.name}, codes made twice`,
    async fit(data, options) {
      const fitted = await right.fit(data, options);
      const { model } = fitted;
      return {
        ...fitted,
        model: {
          items: model.items,
          ask(subject) {
            const answer = model.ask(subject);
            return {
              score: (out) => answer.score(out),
              predict: (items, out, rules) =>
                answer.predict!(
                  items.map((item) => taken.get(item) ?? item),
                  out,
                  rules,
                ),
            };
          },
          [Symbol.dispose]: () => model[Symbol.dispose](),
        },
      };
    },
  };
}
