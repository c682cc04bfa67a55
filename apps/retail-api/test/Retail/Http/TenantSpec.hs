module Retail.Http.TenantSpec (spec) where

import Control.Monad (forM_, void)
import Data.Aeson (Value (..), encode, object, toJSON, (.=))
import Data.Aeson.Key qualified as Key
import Data.ByteString.Lazy qualified as Lazy
import Data.Map.Strict (Map)
import Data.Map.Strict qualified as Map
import Data.Maybe (fromMaybe)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Text.Encoding (decodeUtf8, encodeUtf8)
import Data.UUID.V4 qualified as V4
import Database.PostgreSQL.Simple
import Retail.Contract.Reflect (Endpoint (Endpoint, body, method, name, path, queries), Parameter (..), Segment (..), endpointsOf)
import Retail.Contract.Schema (Field (..), Schema (..))
import Retail.Db.Row (one)
import Retail.Http.Api (Api)
import Servant.API (NamedRoutes)
import Support.Goods (goodsOf)
import Support.Shop
import Test.Hspec

-- | Another organisation's staff tries every endpoint of the API's type with the ids of this one.
spec :: Spec
spec = onShop $ do
  it "tries every endpoint with foreign ids: none is honoured, nothing is told, nothing is changed" $ \shop@Shop {admin, owner} -> do
    ids <- idsOf admin
    stranger <- newShop shop "rival"
    before <- belongings owner
    forM_ endpoints $ \endpoint -> do
      reply <- attempt stranger ids endpoint
      let said = decodeUtf8 (Lazy.toStrict (bytes reply))
      (name' endpoint, [kind | (kind, foreign') <- Map.toList ids, foreign' `Text.isInfixOf` said]) `shouldBe` (name' endpoint, [])
      if takesForeign endpoint
        then (name' endpoint, status reply) `shouldSatisfy` (`elem` [401, 404, 422]) . snd
        else (name' endpoint, status reply) `shouldSatisfy` (`elem` [200, 204, 401]) . snd
    belongings owner `shouldReturn` before
  it "is not refused for another reason: the owner of the ids gets further" $ \Shop {admin} -> do
    ids <- idsOfNewTill admin "second"
    forM_ (filter (\endpoint -> takesForeign endpoint && name' endpoint /= "paymentMessage") endpoints) $ \endpoint -> do
      reply <- attempt admin ids endpoint
      (name' endpoint, status reply, text (value reply ! "code")) `shouldSatisfy` \(_, given, code) ->
        given `elem` [200, 204] || code `elem` ["wrong-state", "version-conflict", "uncovered", "refund-too-large", "duplicate", "wrong-credentials", "price-changed"]
  it "has a policy on every table that has an organisation, for a role that cannot bypass it" $ \Shop {owner} -> do
    open <- query_ owner "select relname::text from pg_class join pg_attribute on attrelid = pg_class.oid where relkind = 'r' and attname = 'organisation' and (not relrowsecurity or not exists (select from pg_policy where polrelid = pg_class.oid))"
    (open :: [Only Text]) `shouldBe` []
    rights <- query_ owner "select rolsuper or rolbypassrls or exists (select from pg_class where relowner = pg_roles.oid) from pg_roles where rolname = 'retail_app'"
    rights `shouldBe` [Only False]

endpoints :: [Endpoint]
endpoints = filter ((`notElem` ["logIn", "logOut"]) . name') (endpointsOf @(NamedRoutes Api))

name' :: Endpoint -> Text
name' Endpoint {name} = name

takesForeign :: Endpoint -> Bool
takesForeign Endpoint {path, queries, body} = or [True | Captured _ <- path] || any (\Parameter {shape} -> mentions shape) queries || maybe False mentions body
  where
    mentions = \case
      Identifier _ -> True
      Record _ fields -> any (\Field {shape} -> mentions shape) fields
      List inner -> mentions inner
      Optional (Identifier _) -> True
      _ -> False

-- | One of each kind of thing.
idsOf :: Client -> IO (Map Text Text)
idsOf client = do
  Catalogue {..} <- stocked client
  sale <- Text.pack . show <$> V4.nextRandom
  sold <- okay (post client "/checkouts" (object ["saleId" .= sale, "tillSessionId" .= session, "cart" .= cartOf [line tea 1_000], "tenders" .= [object ["method" .= ("card" :: Text), "amount" .= (399 :: Int), "card" .= ("token" :: Text)]]]))
  me <- okay (get client "/me")
  ordered <- orderAndToken client location tea
  documents <- goodsOf client "the first" location tea
  pure . Map.fromList . (documents <>) $
    [ ("location", location),
      ("till", till),
      ("till-session", session),
      ("tax-category", category),
      ("product", product'),
      ("variant", tea),
      ("sale", sale),
      ("payment", text (sold ! "payments" ! "0" ! "paymentId")),
      ("staff", text (me ! "staff" ! "staffId"))
    ]
      <> ordered

orderAndToken :: Client -> Text -> Text -> IO [(Text, Text)]
orderAndToken client location variant = do
  order <- newId
  void (okay (post client "/orders" (object ["orderId" .= order, "locationId" .= location, "delivery" .= ("pick-up" :: Text), "customer" .= ("Eve" :: Text), "email" .= ("eve@example.org" :: Text), "cart" .= cartOf [line variant 1_000]])))
  made <- okay (post client "/api-tokens" (object ["name" .= order]))
  pure [("web-order", order), ("api-token", text (made ! "apiToken" ! "apiTokenId"))]

-- | In a shop that has things already: those of a new till.
idsOfNewTill :: Client -> Text -> IO (Map Text Text)
idsOfNewTill client label = do
  locations <- okay (get client "/locations")
  categories <- okay (get client "/tax-categories")
  products <- okay (get client "/products")
  let location = text (locations ! "0" ! "locationId")
      product' = text (products ! "items" ! "0" ! "productId")
  variants <- okay (get client ("/products/" <> product' <> "/variants"))
  till <- text . (! "tillId") <$> okay (post client "/tills" (object ["name" .= label, "locationId" .= location]))
  session <- text . (! "tillSessionId") <$> okay (post client "/till-sessions" (object ["tillId" .= till, "openingFloat" .= (0 :: Int)]))
  sale <- Text.pack . show <$> V4.nextRandom
  void (okay (post client "/sales" (object ["saleId" .= sale, "tillSessionId" .= session, "cart" .= cartOf [line (text (variants ! "0" ! "variantId")) 1_000]])))
  me <- okay (get client "/me")
  ordered <- orderAndToken client location (text (variants ! "0" ! "variantId"))
  documents <- goodsOf client label location (text (variants ! "0" ! "variantId"))
  pure . Map.fromList . (documents <>) $
    [ ("location", location),
      ("till", till),
      ("till-session", session),
      ("tax-category", text (categories ! "0" ! "taxCategoryId")),
      ("product", product'),
      ("variant", text (variants ! "0" ! "variantId")),
      ("sale", sale),
      ("payment", sale),
      ("staff", text (me ! "staff" ! "staffId"))
    ]
      <> ordered

attempt :: Client -> Map Text Text -> Endpoint -> IO Reply
attempt client ids Endpoint {..} = do
  key <- newKey
  send client (encodeUtf8 method) (foldMap segment path <> asked) [("Idempotency-Key", key)] (maybe "" (encode . sample) body)
  where
    segment = \case
      Literal literal -> "/" <> literal
      Captured Parameter {shape} -> "/" <> text (sample shape)
    asked = foldMap ("?" <>) (one [parameter <> "=" <> text (sample shape) | Parameter parameter shape@(Identifier _) <- queries])
    sample = \case
      AnyText -> "4006381333931"
      SecretText -> "12345678"
      Whole -> toJSON (1 :: Int)
      Amount -> toJSON (100_000 :: Int)
      Count -> toJSON (1_000 :: Int)
      Tally -> toJSON (1_000 :: Int)
      Points -> toJSON (700 :: Int)
      Flag -> Bool False
      Instant -> "2031-01-01T00:00:00Z"
      Identifier kind -> toJSON (fromMaybe "" (Map.lookup kind ids))
      Enumeration "CodeKind" _ -> "gtin"
      Enumeration "Currency" _ -> "EUR"
      Enumeration _ values -> toJSON (take 1 values) ! "0"
      Record "PaymentSecret" _ -> object ["secret" .= Text.replicate 32 "s"]
      Record _ fields -> object [Key.fromText field .= sample (otherEnd field shape) | Field field shape <- fields]
      List inner -> toJSON [sample inner]
      Optional inner@(Identifier kind) | kind /= "payment" -> sample inner
      Optional _ -> Null
    otherEnd field shape = if field == "destinationId" then Identifier "destination" else shape

-- | The rows of the organisation corner.
belongings :: Connection -> IO [(Text, Text)]
belongings owner = query_ owner (read (show statement))
  where
    statement =
      "select 'sales', coalesce(string_agg(md5(sale::text), ',' order by sale::text), '') from sale, organisation where sale.organisation = organisation.id and slug = 'corner'"
        <> concat [" union all select '" <> table <> "', coalesce(string_agg(md5(one::text), ',' order by one::text), '') from " <> table <> " one, organisation where one.organisation = organisation.id and slug = 'corner'" | table <- tables]
    tables = ["location", "staff", "staff_grant", "product", "variant", "barcode", "stock_level", "stock_movement", "till", "till_session", "cash_movement", "sale_line", "payment", "refund", "idempotency", "audit", "tax_category", "tax_rate", "transfer", "transfer_line", "stock_take", "stock_take_line", "supplier", "purchase_order", "purchase_order_line", "goods_receipt", "goods_receipt_line", "variant_cost", "api_token", "web_order", "order_line", "reservation", "fulfilment", "order_payment", "payment_secret", "payment_event"] :: [String]
