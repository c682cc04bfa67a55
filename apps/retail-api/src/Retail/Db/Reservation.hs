-- | Stock that is kept back for orders. Reservations are touched while their levels are locked, and by nobody else;
-- levels are locked in the order that the ledger locks them in.
module Retail.Db.Reservation (Wanted (..), reserve, release, keep, consume, refuseShort) where

import Control.Monad (forM_, unless, void)
import Data.Int (Int64)
import Data.Map.Strict qualified as Map
import Data.Text (Text)
import Data.Time (UTCTime)
import Database.PostgreSQL.Simple
import Database.PostgreSQL.Simple.Types (Values (..))
import Retail.App.Problem
import Retail.Db.Field ()
import Retail.Domain.Id
import Retail.Domain.Quantity

type Order = Id "web-order"

type Place = (Id "location", Id "variant")

data Wanted = Wanted {position :: Int, variant :: Id "variant", quantity :: Quantity}

-- | Until the given time. Refuses what is not available, except of variants that may be oversold.
reserve :: Connection -> Order -> Id "location" -> UTCTime -> [Wanted] -> IO ()
reserve _ _ _ _ [] = pure ()
reserve connection order location expires wanted = do
  left <-
    returning
      connection
      "insert into stock_level (variant, location, on_hand, reserved) values (?, ?, ?, ?) \
      \on conflict (organisation, variant, location) do update set reserved = stock_level.reserved + excluded.reserved \
      \returning variant, on_hand - reserved"
      [(variant, location, 0 :: Int, total) | (variant, total) <- Map.toAscList (Map.fromListWith (+) [(variant, thousandths quantity) | Wanted {..} <- wanted])]
  refuseShort connection [(location, variant) | (variant, available) <- left, available < (0 :: Integer)]
  void $
    executeMany
      connection
      "insert into reservation (web_order, position, variant, location, quantity, expires_at) values (?, ?, ?, ?, ?, ?)"
      [(order, position, variant, location, quantity, expires) | Wanted {..} <- wanted]

lockLevels :: Connection -> Order -> IO ()
lockLevels connection order =
  void
    ( query
        connection
        "select true from stock_level where (location, variant) in (select location, variant from reservation where web_order = ?) \
        \order by location, variant for update"
        [order] ::
        IO [Only Bool]
    )

-- | Everything that the order still holds.
release :: Connection -> Order -> IO ()
release connection order = do
  lockLevels connection order
  void (execute connection ("with gone as (delete from reservation where web_order = ? returning location, variant, quantity)" <> freed) [order])

-- | For good. Says whether it was all still there: what has expired may have been sold since.
keep :: Connection -> Order -> IO Bool
keep connection order = do
  lockLevels connection order
  kept <- execute connection "update reservation set expires_at = null where web_order = ?" [order]
  wanted <- query connection "select count(*) from order_line where web_order = ? and tracked and fulfilled < quantity" [order]
  pure (wanted == [Only kept])

-- | What was handed out is not reserved any more.
consume :: Connection -> Order -> [(Int, Quantity)] -> IO ()
consume connection order handed = do
  lockLevels connection order
  forM_ handed $ \(position, quantity) -> do
    void $
      execute
        connection
        "update stock_level set reserved = reserved - ? from reservation where web_order = ? and position = ? \
        \and stock_level.location = reservation.location and stock_level.variant = reservation.variant"
        (quantity, order, position)
    whole <- execute connection "delete from reservation where web_order = ? and position = ? and quantity = ?" (order, position, quantity)
    unless (whole == (1 :: Int64)) $
      void (execute connection "update reservation set quantity = quantity - ? where web_order = ? and position = ?" (quantity, order, position))

-- | Of levels that the caller has locked and found to be less than nothing: lets go of what has expired there, and
-- refuses if that is not enough.
refuseShort :: Connection -> [Place] -> IO ()
refuseShort _ [] = pure ()
refuseShort connection places = do
  void (execute connection ("with gone as (delete from reservation where (location, variant) in ? and expires_at <= now() returning location, variant, quantity)" <> freed) (Only short))
  strict <-
    query
      connection
      "select sku from stock_level join variant on variant.id = stock_level.variant \
      \where (location, stock_level.variant) in ? and on_hand < reserved and not oversell order by sku"
      (Only short)
  case strict of
    [] -> pure ()
    Only sku : _ -> refuse InsufficientStock ("There is not enough of " <> (sku :: Text) <> ".")
  where
    short = Values ["uuid", "uuid"] places

freed :: Query
freed =
  " update stock_level set reserved = reserved - total \
  \from (select location, variant, sum(quantity) as total from gone group by location, variant) freed \
  \where stock_level.location = freed.location and stock_level.variant = freed.variant"
