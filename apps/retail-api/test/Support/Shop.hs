-- | A shop in a database of its own, and clients of the service in this process.
module Support.Shop
  ( Shop (..),
    Client (..),
    withShop,
    onShop,
    newShop,
    Reply (..),
    send,
    get,
    post,
    put,
    postOnce,
    okay,
    refusedAs,
    (!),
    text,
    whole,
    Catalogue (..),
    stocked,
    cartOf,
    line,
    checkoutOf,
    newKey,
    program,
    tellPayment,
    rowsOf,
    newId,
    fingerprint,
    logInAs,
    databaseOf,
  )
where

import Control.Exception (bracket)
import Control.Monad (void)
import Data.Aeson (Value (..), object, (.=))
import Data.Aeson qualified as Aeson
import Data.Aeson.Key qualified as Key
import Data.Aeson.KeyMap qualified as KeyMap
import Data.ByteString (ByteString)
import Data.ByteString.Char8 qualified as Bytes
import Data.ByteString.Lazy qualified as Lazy
import Data.Foldable (toList)
import Data.IORef
import Data.Maybe (fromMaybe)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Text.Encoding (decodeUtf8, encodeUtf8)
import Data.Time (UTCTime, getCurrentTime)
import Data.Time.Clock.POSIX (utcTimeToPOSIXSeconds)
import Data.UUID qualified as UUID
import Data.UUID.V4 qualified as V4
import Database.PostgreSQL.Simple
import Network.HTTP.Types
import Network.Wai (Application, RequestBodyLength (..), requestBodyLength, requestHeaders, requestMethod)
import Network.Wai.Test
import Retail.App.Config
import Retail.App.Env
import Retail.App.Organisation
import Retail.App.Service (withEnv)
import Retail.App.Signature (signed)
import Retail.Contract.Reflect (endpointsOf)
import Retail.Contract.Secret (secret)
import Retail.Db.Migrate
import Retail.Domain.Cart (TaxMode (..), TaxRounding (..))
import Retail.Domain.Currency (Currency (EUR))
import Retail.Http.Api (Api)
import Retail.Http.Middleware (surrounded)
import Retail.Http.Server (application)
import Retail.Obs.Event (Event (Bug))
import Servant.API (NamedRoutes)
import System.Environment (lookupEnv)
import System.IO (hPrint, stderr)
import Test.Hspec

-- | The admin of the organisation @corner@ is logged in.
data Shop = Shop {admin :: Client, app :: Application, running :: Env, owner :: Connection, setClock :: UTCTime -> IO ()}

data Client = Client {application' :: Application, cookie :: ByteString}

-- | The connection string of a superuser, from the runner.
server :: IO String
server = fromMaybe (error "RETAIL_TEST_DATABASE names no PostgreSQL: run npm test") <$> lookupEnv "RETAIL_TEST_DATABASE"

-- | For specs that share a shop.
onShop :: SpecWith Shop -> Spec
onShop = aroundAll withShop

withShop :: (Shop -> IO ()) -> IO ()
withShop use = do
  root <- server
  name <- ("shop_" <>) . filter (/= '-') . UUID.toString <$> V4.nextRandom
  let url user = Bytes.pack (root <> " dbname=" <> name <> " user=" <> user)
  bracket (connectPostgreSQL (Bytes.pack (root <> " dbname=postgres user=postgres"))) close $ \root' -> void (execute_ root' (fromText ("create database " <> name)))
  bracket (connectPostgreSQL (url "postgres")) close $ \owner -> do
    _ <- migrate owner migrations
    newOrganisation owner "corner"
    skew <- newIORef Nothing
    withEnv (config (url "retail_app")) tellBugs $ \env -> do
      let running = env {clock = readIORef skew >>= maybe getCurrentTime pure}
      around' <- surrounded (endpointsOf @(NamedRoutes Api)) (const (pure ()))
      let app = around' (application running)
      admin <- logInAs app "corner" "ada@example.org" "correct horse"
      use Shop {setClock = writeIORef skew . Just, ..}
  where
    config databaseUrl = Config {databaseUrl, port = 1, adminPort = 1, host = "*", poolSize = 8, sessionHours = 1, secureCookie = True, drainSeconds = 0, orderMinutes = 60, sweepSeconds = 1, keyHours = 24, proxies = 1, patienceSeconds = 20}
    fromText = read . show
    -- Nothing that a test asks for may be one.
    tellBugs event = case event of
      Bug {} -> hPrint stderr event
      _ -> pure ()

newOrganisation :: Connection -> Text -> IO ()
newOrganisation owner slug =
  create (\size -> pure (Bytes.replicate size 's')) NewOrganisation {organisation = slug, name = slug, currency = EUR, taxMode = Inclusive, taxRounding = PerLine, cashStep = 5, timeZone = Nothing, email = "ada@example.org", password = secret "correct horse"} owner

-- | Another organisation in the same database.
newShop :: Shop -> Text -> IO Client
newShop Shop {app, owner} slug = newOrganisation owner slug >> logInAs app slug "ada@example.org" "correct horse"

logInAs :: Application -> Text -> Text -> Text -> IO Client
logInAs app slug email password = do
  reply <- send Client {application' = app, cookie = ""} "POST" "/login" [] (Aeson.encode (object ["organisation" .= slug, "email" .= email, "password" .= password]))
  status reply `shouldBe` 200
  pure Client {application' = app, cookie = Bytes.takeWhile (/= ';') (fromMaybe "" (lookup "Set-Cookie" (headers reply)))}

data Reply = Reply {status :: Int, headers :: ResponseHeaders, bytes :: Lazy.ByteString, value :: Value}

instance Show Reply where
  show Reply {..} = show status <> " " <> show bytes

send :: Client -> Method -> Text -> RequestHeaders -> Lazy.ByteString -> IO Reply
send Client {..} method path extra body = do
  SResponse {..} <- runSession (srequest (SRequest request body)) application'
  pure Reply {status = statusCode simpleStatus, headers = simpleHeaders, bytes = simpleBody, value = fromMaybe Null (Aeson.decode simpleBody)}
  where
    request =
      (setPath defaultRequest (encodeUtf8 path))
        { requestMethod = method,
          requestBodyLength = KnownLength (fromIntegral (Lazy.length body)),
          requestHeaders = [("Cookie", cookie), ("Content-Type", "application/json")] <> extra
        }

get :: Client -> Text -> IO Reply
get client path = send client "GET" path [] ""

-- | A program of that organisation's, with its token.
program :: Application -> Text -> Client
program app token = Client {application' = \request -> app request {requestHeaders = ("Authorization", "Bearer " <> encodeUtf8 token) : requestHeaders request}, cookie = ""}

-- | What a payment provider sends, signed now.
tellPayment :: Application -> Text -> ByteString -> Value -> IO Reply
tellPayment app slug secret' message = do
  now <- round . utcTimeToPOSIXSeconds <$> getCurrentTime
  let body = Aeson.encode message
  send Client {application' = app, cookie = ""} "POST" ("/webhooks/payments/" <> slug) [("Webhook-Signature", signed secret' now (Lazy.toStrict body))] body

newKey :: IO ByteString
newKey = UUID.toASCIIBytes <$> V4.nextRandom

once :: Client -> Method -> Text -> Value -> IO Reply
once client method path body = newKey >>= \key -> send client method path [("Idempotency-Key", key)] (Aeson.encode body)

post, put :: Client -> Text -> Value -> IO Reply
post client = once client "POST"
put client = once client "PUT"

-- | With a given key.
postOnce :: Client -> ByteString -> Text -> Value -> IO Reply
postOnce client key path body = send client "POST" path [("Idempotency-Key", key)] (Aeson.encode body)

okay :: HasCallStack => IO Reply -> IO Value
okay asking = do
  reply@Reply {status, value} <- asking
  if status == 200 then pure value else value <$ expectationFailure (show reply)

refusedAs :: HasCallStack => IO Reply -> (Int, Text) -> IO ()
refusedAs asking (wanted, code) = do
  Reply {status, value, headers} <- asking
  (status, text (value ! "code")) `shouldBe` (wanted, code)
  lookup "Content-Type" headers `shouldBe` Just "application/problem+json"

(!) :: Value -> Text -> Value
value ! key = case value of
  Object fields -> fromMaybe Null (KeyMap.lookup (Key.fromText key) fields)
  Array items | (number, "") : _ <- reads (Text.unpack key), item : _ <- drop number (toList items) -> item
  _ -> Null

infixl 9 !

text :: Value -> Text
text = \case
  String one -> one
  other -> decodeUtf8 (Lazy.toStrict (Aeson.encode other))

rowsOf :: Value -> [Value]
rowsOf list = takeWhile (/= Null) [list ! Text.pack (show index) | index <- [0 :: Int ..]]

newId :: IO Text
newId = Text.pack . show <$> V4.nextRandom

whole :: Value -> Integer
whole value = case Aeson.fromJSON value of
  Aeson.Success number -> number
  Aeson.Error reason -> error reason

-- | A shop with a till, an open session, and three things: tea (tracked, 100 there), apples by weight, a service.
data Catalogue = Catalogue {location, till, session, category, product', tea, apples, gift :: Text}

stocked :: Client -> IO Catalogue
stocked client = do
  location <- made "locationId" "/locations" ["name" .= string "Main street"]
  till <- made "tillId" "/tills" ["name" .= string "Till 1", "locationId" .= location]
  category <- made "taxCategoryId" "/tax-categories" ["name" .= string "reduced", "rate" .= int 700]
  product' <- made "productId" "/products" ["name" .= string "Tea", "taxCategoryId" .= category]
  let variant sku unit price tracked = made "variantId" ("/products/" <> product' <> "/variants") ["sku" .= string sku, "name" .= string sku, "price" .= int price, "unit" .= string unit, "tracked" .= tracked, "oversell" .= False, "reorderPoint" .= int 0]
  tea <- variant "TEA" "piece" 399 True
  apples <- variant "APPLES" "kilogram" 299 True
  gift <- variant "WRAPPING" "piece" 150 False
  barcode tea "4006381333931" "gtin" 1
  barcode tea "96385074" "gtin" 6
  barcode apples "2100001" "weight" 1
  barcode apples "2200001" "price" 1
  receive location tea 100_000
  receive location apples 50_000
  session <- made "tillSessionId" "/till-sessions" ["tillId" .= till, "openingFloat" .= int 10_000]
  pure Catalogue {..}
  where
    made key path fields = text . (! key) <$> okay (post client path (object fields))
    barcode variant code kind pack = void (okay (post client ("/variants/" <> variant <> "/barcodes") (object ["code" .= string code, "kind" .= string kind, "pack" .= int pack])))
    receive location variant change = void (okay (post client "/stock-changes" (object ["variantId" .= variant, "locationId" .= location, "change" .= int change, "reason" .= string "receipt"])))
    string = id :: Text -> Text
    int = id :: Int -> Int

line :: Text -> Int -> Value
line variant count = object ["variantId" .= variant, "quantity" .= count]

cartOf :: [Value] -> Value
cartOf given = object ["currency" .= ("EUR" :: Text), "lines" .= given]

-- | Paid in cash, with as much as is given.
checkoutOf :: Text -> Text -> Value -> Int -> Value
checkoutOf session sale cart given =
  object
    [ "saleId" .= sale,
      "tillSessionId" .= session,
      "cart" .= cart,
      "tenders" .= [object ["method" .= ("cash" :: Text), "amount" .= given]]
    ]

-- | Everything in the database, but for sessions: equal if nothing was changed.
fingerprint :: Connection -> IO [(Text, Text)]
fingerprint owner = do
  tables <- query_ owner "select tablename from pg_tables where schemaname = 'public' and tablename not in ('staff_session', 'migration') order by tablename"
  traverse (\(Only table) -> (,) table . fromOnly . head' <$> query_ owner (read (show (contents table)))) tables
  where
    contents table = Text.unpack ("select coalesce(md5(string_agg(row::text, ';' order by row::text)), '') from " <> table <> " row")
    head' = \case
      row : _ -> row
      [] -> Only ""

-- | How to connect to the same database once more.
databaseOf :: Connection -> IO ByteString
databaseOf owner = do
  root <- server
  rows <- query_ owner "select current_database()::text"
  pure (Bytes.pack (root <> " user=postgres dbname=" <> concat [name | Only name <- rows]))
