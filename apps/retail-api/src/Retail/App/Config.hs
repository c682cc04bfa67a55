-- | What the environment says. Every fault is told at once, and no value that could be a secret is repeated.
module Retail.App.Config (Config (..), Role (..), readConfig) where

import Data.ByteString (ByteString)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Text.Encoding (encodeUtf8)
import Text.Read (readMaybe)

data Config = Config
  { -- | As libpq reads it.
    databaseUrl :: ByteString,
    port :: Int,
    -- | For health and metrics, which are not for customers.
    adminPort :: Int,
    host :: Text,
    poolSize :: Int,
    -- | How long a session lives, in hours.
    sessionHours :: Int,
    -- | Whether the cookie is for HTTPS only.
    secureCookie :: Bool,
    -- | How long a placed order may stay unpaid, in minutes.
    orderMinutes :: Int,
    -- | How long an idempotency key is remembered, in hours.
    keyHours :: Int,
    -- | How many proxies of ours a request passes, each of which adds to X-Forwarded-For.
    proxies :: Int,
    -- | A client that sends nothing, or next to nothing, for so many seconds is cut off.
    patienceSeconds :: Int,
    -- | How often what is over is looked for, in seconds.
    sweepSeconds :: Int,
    -- | How long readiness says no before connections are refused, in seconds.
    drainSeconds :: Int
  }
  deriving stock (Eq)

-- | Who asks: a migration needs the database only.
data Role = Service | Migration
  deriving stock (Eq, Show)

readConfig :: Role -> [(String, String)] -> Either [Text] Config
readConfig role environment = case faults of
  [] -> Right config
  _ -> Left faults
  where
    faults = concat [problemOf url, problemOf port, problemOf admin, problemOf pool, problemOf hours, problemOf secure, problemOf drain, problemOf order, problemOf sweep, problemOf keys, problemOf hops, problemOf patience]
    config =
      Config
        { databaseUrl = encodeUtf8 (valueOf "" url),
          port = valueOf 8080 port,
          adminPort = valueOf 9090 admin,
          host = maybe "*" Text.pack (lookup "RETAIL_HOST" environment),
          poolSize = valueOf 16 pool,
          sessionHours = valueOf 12 hours,
          secureCookie = valueOf True secure,
          orderMinutes = valueOf 60 order,
          keyHours = valueOf 720 keys,
          proxies = valueOf 0 hops,
          patienceSeconds = valueOf 20 patience,
          sweepSeconds = valueOf 10 sweep,
          drainSeconds = valueOf 2 drain
        }
    url = case lookup urlName environment of
      Just text | not (null text) -> Right (Text.pack text)
      _ -> Left (Text.pack urlName <> " is missing: a PostgreSQL connection string")
    urlName = case role of
      Service -> "RETAIL_DATABASE_URL"
      Migration -> "RETAIL_OWNER_DATABASE_URL"
    port = number "RETAIL_PORT" 8080 1 65535
    admin = number "RETAIL_ADMIN_PORT" 9090 1 65535
    pool = number "RETAIL_POOL" 16 1 200
    hours = number "RETAIL_SESSION_HOURS" 12 1 720
    order = number "RETAIL_ORDER_MINUTES" 60 1 10_080
    keys = number "RETAIL_KEY_HOURS" 720 24 8_760
    hops = number "RETAIL_PROXIES" 0 0 9
    patience = number "RETAIL_PATIENCE_SECONDS" 20 1 120
    sweep = number "RETAIL_SWEEP_SECONDS" 10 1 3_600
    drain = number "RETAIL_DRAIN_SECONDS" 2 0 8
    secure = case lookup "RETAIL_INSECURE_COOKIE" environment of
      Nothing -> Right True
      Just "yes" -> Right False
      Just _ -> Left "RETAIL_INSECURE_COOKIE must be yes, or not set"
    number :: Text -> Int -> Int -> Int -> Either Text Int
    number name usual least most = case lookup (Text.unpack name) environment of
      Nothing -> Right usual
      Just text -> case readMaybe text of
        Just value | value >= least && value <= most -> Right value
        _ -> Left (name <> " must be a whole number from " <> Text.pack (show least) <> " to " <> Text.pack (show most))
    problemOf :: Either Text a -> [Text]
    problemOf = either pure (const [])
    valueOf :: a -> Either Text a -> a
    valueOf usual = either (const usual) id
