-- | Counts of what is on the shelves.
module Retail.Db.StockTake
  ( addStockTake,
    findStockTake,
    lockStockTake,
    listStockTakes,
    Which (..),
    listLines,
    enterCounts,
    findLines,
    differences,
    setState,
  )
where

import Control.Monad (void)
import Data.Text (Text)
import Database.PostgreSQL.Simple
import Retail.Contract.StockTake
import Retail.Db.Field ()
import Retail.Db.Row
import Retail.Db.Till (Lock (..))
import Retail.Db.Transaction
import Retail.Domain.Id
import Retail.Domain.StockTake (StockTakeState)

-- | Of the given variants, or of all that have a level at the location.
addStockTake :: Connection -> Id "stock-take" -> Id "staff" -> NewStockTake -> IO ()
addStockTake connection stockTake staff NewStockTake {..} = do
  void (execute connection "insert into stock_take (id, location, staff) values (?, ?, ?)" (stockTake, locationId, staff))
  void $ case variants of
    [] ->
      execute
        connection
        "insert into stock_take_line (stock_take, variant) \
        \select ?, variant from stock_level join variant on variant.id = variant where location = ? and tracked"
        (stockTake, locationId)
    _ -> executeMany connection "insert into stock_take_line (stock_take, variant) values (?, ?)" [(stockTake, variant) | variant <- variants]

headColumns :: Query
headColumns =
  "select id, location, state, started_at, ended_at, lines, counted, differing, missing, found from stock_take \
  \cross join lateral (select count(*) as lines, count(counted) as counted, count(*) filter (where counted <> expected) as differing, \
  \coalesce(-sum(round(price * (counted - expected) / 1000.0)) filter (where counted < expected), 0) as missing, \
  \coalesce(sum(round(price * (counted - expected) / 1000.0)) filter (where counted > expected), 0) as found \
  \from stock_take_line where stock_take = stock_take.id) summed "

findStockTake :: Connection -> Id "stock-take" -> IO (Maybe StockTake)
findStockTake connection stockTake = one <$> query connection (headColumns <> "where id = ?") [stockTake]

-- | Lines may be counted beside each other, but not beside the end of it all.
lockStockTake :: Lock -> Connection -> Id "stock-take" -> IO (Maybe (Id "location", StockTakeState))
lockStockTake lock connection stockTake = one <$> query connection ("select location, state from stock_take where id = ?" <> locking) [stockTake]
  where
    locking = case lock of
      Shared -> " for share"
      Exclusive -> " for update"

-- | Of a location, the newest first, after the given one.
listStockTakes :: Database -> Id "organisation" -> Id "location" -> Maybe (Id "stock-take") -> Int -> IO [StockTake]
listStockTakes database organisation location after limit =
  readTenant
    database
    organisation
    ( headColumns
        <> "where location = ? and (?::uuid is null or (started_at, id) < (select started_at, id from stock_take where id = ?)) \
           \order by started_at desc, id desc limit ?"
    )
    (location, after, after, limit)

data Which = AllLines | Differing

lineColumns :: Query
lineColumns =
  "select variant, sku, name, unit, expected, counted, counted - expected, stock_take_line.price, \
  \round(stock_take_line.price * (counted - expected) / 1000.0), stock_take_line.version \
  \from stock_take_line join variant on variant.id = variant where stock_take = ? "

-- | By SKU, after the given one.
listLines :: Which -> Connection -> Id "stock-take" -> Maybe Text -> Int -> IO [StockTakeLine]
listLines which connection stockTake after limit =
  query connection (lineColumns <> filtered <> "and (?::text is null or sku > ?) order by sku limit ?") (stockTake, after, after, limit)
  where
    filtered = case which of
      AllLines -> ""
      Differing -> "and counted <> expected "

findLines :: Connection -> Id "stock-take" -> [Id "variant"] -> IO [StockTakeLine]
findLines connection stockTake variants =
  query connection (lineColumns <> "and variant in ? order by sku") (stockTake, In variants)

-- | What is expected is what the books say now. Gives how many were at the version that was named; lines that were
-- not there are at version 0. Lines are locked in the order in which they are given.
enterCounts :: Connection -> Id "stock-take" -> Id "location" -> Id "staff" -> [Count] -> IO Int
enterCounts connection stockTake location staff counts = do
  void (executeMany connection "insert into stock_take_line (stock_take, variant) values (?, ?) on conflict do nothing" [(stockTake, variantId) | Count {variantId} <- counts])
  sum <$> traverse enter counts
  where
    enter Count {..} =
      fromIntegral
        <$> execute
          connection
          "update stock_take_line set counted = ?, staff = ?, version = version + 1, \
          \expected = coalesce((select on_hand from stock_level where stock_level.variant = stock_take_line.variant and location = ?), 0), \
          \price = (select price from variant where variant.id = stock_take_line.variant) \
          \where stock_take = ? and variant = ? and version = ?"
          (counted, staff, location, stockTake, variantId, version)

-- | Of the lines that were counted, in thousandths.
differences :: Connection -> Id "stock-take" -> IO [(Id "variant", Integer)]
differences connection stockTake =
  query connection "select variant, counted - expected from stock_take_line where stock_take = ? and counted <> expected" [stockTake]

setState :: Connection -> Id "stock-take" -> StockTakeState -> IO ()
setState connection stockTake state =
  void (execute connection "update stock_take set state = ?, ended_at = now() where id = ?" (state, stockTake))
