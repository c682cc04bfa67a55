-- | What staff may do. A role is held everywhere or at one location.
module Retail.Domain.Role
  ( Role (..),
    Permission (..),
    permits,
  )
where

-- | The web shop is a program: it has a token, not a password.
data Role = Cashier | Supervisor | StockClerk | Manager | Admin | WebShop
  deriving stock (Eq, Ord, Show, Enum, Bounded)

data Permission
  = ReadCatalogue
  | EditCatalogue
  | Sell
  | GiveDiscount
  | VoidSale
  | RefundSale
  | RunTill
  | CloseTill
  | ReadStock
  | AdjustStock
  | TransferStock
  | CountStock
  | ReceiveGoods
  | OrderGoods
  | ReadReports
  | ManageStaff
  | PlaceOrder
  | ReadOrders
  | FulfilOrder
  | CancelOrder
  | -- | Tokens of programs, and what a payment provider signs with.
    ManageClients
  deriving stock (Eq, Ord, Show, Enum, Bounded)

permits :: Role -> Permission -> Bool
permits Admin _ = True
permits Manager permission = permission /= ManageStaff
permits Supervisor permission = permission `notElem` [ManageStaff, EditCatalogue, AdjustStock, OrderGoods, ManageClients]
permits Cashier permission = permission `elem` [ReadCatalogue, Sell, RunTill, ReadStock, ReadOrders, FulfilOrder]
permits StockClerk permission = permission `elem` [ReadCatalogue, ReadStock, AdjustStock, TransferStock, CountStock, ReceiveGoods, ReadOrders, FulfilOrder]
permits WebShop permission = permission `elem` [ReadCatalogue, ReadStock, PlaceOrder, ReadOrders, CancelOrder]
