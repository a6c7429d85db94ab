import type { App, RouteContext } from "./context.ts";

export async function modelRoutes(app: App, { recommender }: RouteContext): Promise<void> {
  const { name, summary, info } = recommender;
  const ratings = info.counts.reduce((sum, count) => sum + count, 0);
  const { name: data, users, items, scale } = info;
  const active = {
    name,
    summary,
    active: true,
    data: { name: data, users: users.size, items: items.size, ratings, scale },
  };
  app.get("/models", () => ({ models: [active] }));
}
