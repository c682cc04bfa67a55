-- | The money of web orders: charges, and what goes back of them.
module Retail.Db.OrderPayment
  ( paymentsOf,
    Charge (..),
    findCharge,
    putCharge,
    Balance (..),
    balanceOf,
    addRefunds,
    Due (..),
    dueRefunds,
    settleRefund,
  )
where

import Control.Monad (void)
import Data.Text (Text)
import Database.PostgreSQL.Simple
import Retail.Contract.WebOrder
import Retail.Db.Field ()
import Retail.Db.Row
import Retail.Domain.Id
import Retail.Domain.Money
import Retail.Domain.Payment (PaymentState (..))

type OrderId = Id "web-order"

paymentsOf :: Connection -> OrderId -> IO [OrderPayment]
paymentsOf connection order =
  query connection "select id, charge, amount, state, at from order_payment where web_order = ? order by at, id" [order]

data Charge = Charge {orderId :: OrderId, reference :: Text, amount :: Money, state :: PaymentState}

findCharge :: Connection -> Text -> IO (Maybe Charge)
findCharge connection reference = do
  rows <- query connection "select web_order, amount, state from order_payment where provider_reference = ?" [reference]
  pure (one [Charge {..} | (orderId, amount, state) <- rows])

-- | As it is now known.
putCharge :: Connection -> Charge -> IO ()
putCharge connection Charge {..} =
  void $
    execute
      connection
      "insert into order_payment (web_order, amount, state, provider_reference, settled_at) values (?, ?, ?, ?, case when ? = 'settled' then now() end) \
      \on conflict (organisation, provider_reference) do update set amount = excluded.amount, state = excluded.state, settled_at = excluded.settled_at"
      (orderId, amount, state, reference, state)

-- | What was settled, what was given back or is to be, and of each settled charge what is left, the newest first.
data Balance = Balance {settled :: Money, back :: Money, underWay :: Bool, left :: [(Id "order-payment", Money)]}

balanceOf :: Connection -> OrderId -> IO Balance
balanceOf connection order = do
  rows <-
    query
      connection
      "select id, amount, coalesce((select sum(amount) from order_payment back where back.charge = order_payment.id), 0) \
      \from order_payment where web_order = ? and charge is null and state = 'settled' order by settled_at desc, id"
      [order]
  authorised <- query connection "select true from order_payment where web_order = ? and charge is null and state = 'authorised' limit 1" [order]
  pure
    Balance
      { settled = mconcat [amount | (_, amount, _) <- rows],
        back = mconcat [given | (_, _, given) <- rows],
        underWay = not (null (authorised :: [Only Bool])),
        left = [(charge, amount `minus` given) | (charge, amount, given) <- rows]
      }

-- | With the charges that they go back to.
addRefunds :: Connection -> OrderId -> [(Id "order-payment", Money)] -> IO ()
addRefunds connection order refunds =
  void $
    executeMany
      connection
      "insert into order_payment (web_order, charge, amount, state) values (?, ?, ?, ?)"
      [(order, charge, amount, Created) | (charge, amount) <- refunds]

-- | A refund that was not made yet, and the provider's reference of its charge.
data Due = Due {refund :: Id "order-payment", amount :: Money, reference :: Text}

dueRefunds :: Connection -> OrderId -> IO [Due]
dueRefunds connection order = do
  rows <-
    query
      connection
      "select back.id, back.amount, order_payment.provider_reference from order_payment back join order_payment on order_payment.id = back.charge \
      \where back.web_order = ? and back.state = 'created' order by back.at, back.id"
      [order]
  pure [Due {..} | (refund, amount, reference) <- rows]

settleRefund :: Connection -> Due -> IO ()
settleRefund connection Due {refund} =
  void (execute connection "update order_payment set state = 'settled', settled_at = now() where id = ? and state = 'created'" [refund])
