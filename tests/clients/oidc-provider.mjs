// A provider with which people log in. Arguments: its port, the redirect address of the broker, and the secret of the client.
import Provider from "oidc-provider";

const [port, redirect, secret] = process.argv.slice(2);
const groups = { ann: ["shop"], eve: [] };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "contract-broker",
      client_secret: secret,
      redirect_uris: [redirect],
      post_logout_redirect_uris: [redirect.replace("/login/callback", "/logged-out")],
    },
  ],
  claims: {
    openid: ["sub"],
    email: ["email", "email_verified"],
    profile: ["name"],
    groups: ["groups"],
  },
  scopes: ["openid", "email", "profile", "groups"],
  cookies: { keys: ["a key for the cookies of a test"] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: `Name of ${id}`,
      email: `${id}@example.org`,
      email_verified: true,
      groups: groups[id] ?? [],
    }),
  }),
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
