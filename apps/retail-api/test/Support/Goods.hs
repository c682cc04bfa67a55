-- | Documents about goods, for specs that need one of each.
module Support.Goods (goodsOf, replayGoods, goods, arrived, item, counts, level, addPlace, addSupplier) where

import Data.Aeson (Value (..), object, toJSON, (.=))
import Data.ByteString (ByteString)
import Data.Text (Text)
import Support.Shop

goods :: Text -> Int -> Value
goods variant quantity = object ["variantId" .= variant, "quantity" .= quantity]

arrived :: Text -> Int -> Maybe Text -> Value
arrived variant received reason = object ["variantId" .= variant, "received" .= received, "reason" .= reason]

item :: Text -> Int -> Int -> Value
item variant quantity cost = object ["variantId" .= variant, "quantity" .= quantity, "cost" .= cost]

counts :: [(Text, Int, Int)] -> Value
counts given = object ["counts" .= [object ["variantId" .= variant, "counted" .= counted, "version" .= version] | (variant, counted, version) <- given]]

-- | A field of the level of a variant at a location; 0 where there is none.
level :: Client -> Text -> Text -> Text -> IO Integer
level client location variant field = do
  rows <- okay (get client ("/locations/" <> location <> "/stock?limit=200"))
  pure (sum [whole (row ! field) | row <- rowsOf (rows ! "items"), row ! "variantId" == toJSON variant])

addPlace :: Client -> Text -> IO Text
addPlace client name = text . (! "locationId") <$> okay (post client "/locations" (object ["name" .= name]))

addSupplier :: Client -> Text -> IO Text
addSupplier client name = text . (! "supplierId") <$> okay (post client "/suppliers" (object ["name" .= name, "contact" .= ("tea@example.org" :: Text)]))

-- | Ids of a new location, of drafts that go there or come from there, and of a count of it.
goodsOf :: Client -> Text -> Text -> Text -> IO [(Text, Text)]
goodsOf client label location variant = do
  other <- addPlace client ("Warehouse of " <> label)
  supplier <- addSupplier client ("Tea house of " <> label)
  transfer <- ofHead "transferId" "/transfers" ["sourceId" .= location, "destinationId" .= other, "lines" .= [goods variant 1_000]]
  order <- ofHead "purchaseOrderId" "/purchase-orders" ["supplierId" .= supplier, "locationId" .= location, "lines" .= [item variant 1_000 200]]
  stockTake <- made "stockTakeId" "/stock-takes" ["locationId" .= other, "variants" .= [variant]]
  pure [("destination", other), ("supplier", supplier), ("transfer", transfer), ("purchase-order", order), ("stock-take", stockTake)]
  where
    made key path fields = text . (! key) <$> okay (post client path (object fields))
    ofHead key path fields = text . (! key) . (! "head") <$> okay (post client path (object fields))

-- | Every endpoint about goods that changes something, by a function that asks each twice.
replayGoods :: (Text -> ByteString -> Text -> Value -> IO Value) -> Text -> Text -> IO ()
replayGoods twice location variant = do
  cellar <- made "locationId" "addLocation" "/locations" ["name" .= s "Attic"]
  transfer <- ofHead "transferId" "addTransfer" "/transfers" ["sourceId" .= location, "destinationId" .= cellar, "lines" .= [goods variant 2_000]]
  _ <- twice "editTransfer" "PUT" ("/transfers/" <> transfer) (object ["lines" .= [goods variant 3_000], "version" .= n 1])
  _ <- twice "sendTransfer" "POST" ("/transfers/" <> transfer <> "/send") Null
  _ <- twice "receiveTransfer" "POST" ("/transfers/" <> transfer <> "/receive") (object ["lines" .= [arrived variant 2_000 (Just "one broke")]])
  other <- ofHead "transferId" "addTransfer" "/transfers" ["sourceId" .= location, "destinationId" .= cellar, "lines" .= [goods variant 1_000]]
  _ <- twice "cancelTransfer" "POST" ("/transfers/" <> other <> "/cancel") Null
  stockTake <- made "stockTakeId" "startStockTake" "/stock-takes" ["locationId" .= cellar, "variants" .= ([] :: [Text])]
  _ <- twice "enterCounts" "POST" ("/stock-takes/" <> stockTake <> "/counts") (counts [(variant, 1_000, 0)])
  _ <- twice "finishStockTake" "POST" ("/stock-takes/" <> stockTake <> "/finish") Null
  again <- made "stockTakeId" "startStockTake" "/stock-takes" ["locationId" .= cellar, "variants" .= [variant]]
  _ <- twice "cancelStockTake" "POST" ("/stock-takes/" <> again <> "/cancel") Null
  supplier <- made "supplierId" "addSupplier" "/suppliers" ["name" .= s "Tea house", "contact" .= s "tea@example.org"]
  _ <- twice "editSupplier" "PUT" ("/suppliers/" <> supplier) (object ["name" .= s "Tea house", "contact" .= s "+49 40 1", "archived" .= False, "version" .= n 1])
  order <- ofHead "purchaseOrderId" "addPurchaseOrder" "/purchase-orders" ["supplierId" .= supplier, "locationId" .= location, "lines" .= [item variant 4_000 200]]
  _ <- twice "editPurchaseOrder" "PUT" ("/purchase-orders/" <> order) (object ["lines" .= [item variant 5_000 210], "version" .= n 1])
  _ <- twice "placePurchaseOrder" "POST" ("/purchase-orders/" <> order <> "/place") Null
  _ <- twice "receiveGoods" "POST" ("/purchase-orders/" <> order <> "/receipts") (object ["lines" .= [goods variant 2_000], "excess" .= False])
  _ <- twice "cancelPurchaseOrder" "POST" ("/purchase-orders/" <> order <> "/cancel") Null
  _ <- twice "setReordering" "PUT" ("/variants/" <> variant <> "/reordering") (object ["reorderPoint" .= n 5_000, "targetLevel" .= n 20_000, "version" .= n 1])
  pure ()
  where
    s = id :: Text -> Text
    n = id :: Int -> Int
    made key name path fields = text . (! key) <$> twice name "POST" path (object fields)
    ofHead key name path fields = text . (! key) . (! "head") <$> twice name "POST" path (object fields)
